#!/usr/bin/env bash
# A merchant's back-end and a field app in curl: every call that docs/field-app.md explains.
#
#   walkthrough.sh register    MERCHANT_KEY    a merchant announces a return
#   walkthrough.sh enrol       ENROLMENT_CODE  a phone trades its one-use code for a token
#   walkthrough.sh visit       PHOTO           the first open stop of the run sheet, call by call
#   walkthrough.sh one-call    PHOTO           the first open stop, its inspection through S3 too
#   walkthrough.sh look        MERCHANT_KEY    the merchant fetches the photos, and checks them
#
# PORTAL is the portal's address, PHOTO a JPEG file. What one step learns for the next is kept in
# the folder WORK. Needs bash, curl 7.76 or later and Python 3.
set -euo pipefail
umask 077
WORK=${WORK:-walkthrough}

# --- three helpers -------------------------------------------------------------------------------

call() {  # call FILE TOKEN METHOD PATH [JSON]: the portal's answer into a file of WORK; ends unless 2xx
  local answer="$WORK/$1" token=$2 method=$3 path=$4
  set -- ${5+--header "Content-Type: application/json" --data "$5"}
  curl --silent --show-error --fail-with-body --compressed --request "$method" --output "$answer" \
    ${token:+--header "Authorization: Bearer $token"} "$@" "$PORTAL$path" ||
    { cat "$answer" >&2; return 1; }
}

pick() {  # pick FILE NAME...: one value out of a JSON file
  python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for name in sys.argv[2:]:
    value = value[int(name)] if isinstance(value, list) else value[name]
print(value if isinstance(value, str) else json.dumps(value))' "$@"
}

digest() {  # digest FILE: its SHA-256 in hexadecimal
  python3 -c 'import hashlib, sys; print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest())' "$1"
}

# --- the merchant announces a return ---------------------------------------------------------------

register() {
  call registered.json "$MERCHANT_KEY" POST /api/v1/returns '{
    "client_request_id": "walk-'"${1:-1}"'",
    "client_order_number": "WALK-'"${1:-1}"'",
    "pickup": {"name": "Meera Joshi", "phone": "+91 98200 00000", "address": "12 Lake Road",
               "city": "Pune", "pincode": "411014"},
    "items": [{
      "client_sku_id": "NUV-P8-BLK", "name": "Nuvio P8", "brand": "Nuvio", "category": "Mobiles",
      "price": 18999, "mrp": 21999, "return_reason": "Changed my mind",
      "attributes": {"colour": "Black", "imei": "004400112233448"},
      "questions": [{"id": "box", "question": "Is the box there?", "type": "yes_no",
                     "expected": "yes", "required": true, "photo": true}]
    }]
  }'
  echo "Registered $(pick "$WORK/registered.json" return awb). Now put it on the run sheet."
}

# --- the phone -------------------------------------------------------------------------------------

enrol() {
  call enrolled.json "" POST /api/v1/field/enrolments \
    '{"code": "'"$ENROLMENT_CODE"'", "app_version": "1.0"}'
  echo "Enrolled for $(pick "$WORK/enrolled.json" executive name)."
}

fetch_run_sheet() {
  DEVICE_TOKEN=$(pick "$WORK/enrolled.json" token)
  call run-sheet.json "$DEVICE_TOKEN" GET /api/v1/field/run-sheet
  # The first stop that nobody has inspected:
  python3 -c '
import json, sys
stops = json.load(sys.stdin)["stops"]
open_ = [stop for stop in stops if stop["qc_state"] in ("pending", "in_progress")]
json.dump(open_[0] if open_ else sys.exit("No open stop is on the run sheet."), sys.stdout)
' < "$WORK/run-sheet.json" > "$WORK/stop.json"
  RETURN_ID=$(pick "$WORK/stop.json" return_id)
}

fetch_forms() {
  call forms.json "$DEVICE_TOKEN" POST /api/v1/field/forms \
    '{"return_ids": ["'"$RETURN_ID"'"], "one_call": '"${1:-false}"'}'
}

# Give the place in forms.json of every form for a slot, or for the slot that is named.
places() {
  python3 -c '
import json, sys
folder, wanted = sys.argv[1:]
photos = json.load(open(folder + "/stop.json"))["photos"]
slots = {photo["photo_id"] for photo in photos if photo["purpose"] == wanted}
forms = json.load(open(folder + "/forms.json"))["forms"]
print(*[place for place, form in enumerate(forms) if form["photo_id"] in slots])' "$WORK" "$1"
}

write_captures() {  # what the phone says of the photos it holds, each under its slot's id
  python3 -c '
import datetime, json, os, sys
folder, photo, sha256, *places = sys.argv[1:]
forms = json.load(open(folder + "/forms.json"))["forms"]
now = datetime.datetime.now(datetime.timezone.utc).isoformat()
json.dump([
    {"photo_id": forms[int(place)]["photo_id"], "sha256": sha256,
     "bytes": os.path.getsize(photo), "captured_at": now}
    for place in places], sys.stdout)' "$WORK" "$PHOTO" "$(digest "$PHOTO")" $(places slot) \
    > "$WORK/captures.json"
}

write_inspection() {  # every check answered as the checklist expects it
  python3 -c '
import json, sys, uuid
folder = sys.argv[1]
stop = json.load(open(folder + "/stop.json"))
def answer(check):
    value = check["expected"]
    value = {} if value is None else {"value": str(value)}
    return {"check": check["key"], "result": "match", **value}
json.dump({
    "client_inspection_id": str(uuid.uuid4()),
    "return_id": stop["return_id"],
    "items": [
        {"item_id": item["item_id"],
         "answers": [answer(each) for each in (item["checklist"] or {"checks": []})["checks"]]}
        for item in stop["items"]],
    "captures": json.load(open(folder + "/captures.json")),
    "shipment_state": "picked",
    "app_verdict": "passed"}, sys.stdout)' "$WORK" > "$WORK/inspection.json"
}

upload() {  # upload PLACE FILE: one POST to S3; the open fields are filled in, the file comes last
  local form="$WORK/form-$1.json" answer="$WORK/answer-$1.xml" args=() field status
  pick "$WORK/forms.json" forms "$1" > "$form"
  while IFS= read -r field; do args+=(--form-string "$field"); done < <(python3 -c '
import base64, datetime, json, sys
form, sha256 = json.load(open(sys.argv[1])), sys.argv[2]
filled = {
    "x-amz-meta-sha256": sha256,
    "x-amz-meta-captured-at": datetime.datetime.now(datetime.timezone.utc).isoformat(),
    "x-amz-checksum-sha256": base64.b64encode(bytes.fromhex(sha256)).decode()}
for name, value in form["fields"].items():
    print(f"{name}={value or filled.get(name, str())}")' "$form" "$(digest "$2")")
  status=$(curl --silent --show-error --output "$answer" --write-out '%{http_code}' \
    "${args[@]}" --form "file=@$2" "$(pick "$form" url)")
  # 201 and our own key: a captive portal of some Wi-Fi answers 200 with a page of its own.
  [ "$status" = 201 ] && grep -q "<Key>$(pick "$form" key)</Key>" "$answer" ||
    { echo "S3 answered $status: $(cat "$answer")" >&2; return 1; }
  echo "Sent $(pick "$form" slot)."
}

await_verified() {  # ask by digest, until every photo may be deleted from the phone
  local tries
  for tries in $(seq 60); do
    call status.json "$DEVICE_TOKEN" POST /api/v1/field/uploads/status \
      '{"digests": ["'"$(digest "$PHOTO")"'"]}'
    [ "$(pick "$WORK/status.json" uploads 0 may_delete)" = true ] && return
    sleep 1
  done
  echo "Not verified after $tries tries: $(cat "$WORK/status.json")" >&2
  return 1
}

close_shift() {  # say what was captured, as the last word, and ask whether all of it is safe
  call manifest.json "$DEVICE_TOKEN" POST /api/v1/field/manifests '{
    "run_sheet_id": "'"$(pick "$WORK/run-sheet.json" run_sheet_id)"'",
    "lines": '"$(cat "$WORK/captures.json")"',
    "final": true, "phone_time": "'"$(date -u +%Y-%m-%dT%H:%M:%SZ)"'"}'
  [ "$(pick "$WORK/manifest.json" shift all_safe)" = true ] && echo "Everything is safe."
}

# --- one stop, call by call --------------------------------------------------------------------------

visit() {
  fetch_run_sheet
  fetch_forms
  write_captures
  write_inspection
  call announced.json "$DEVICE_TOKEN" POST /api/v1/field/captures \
    '{"return_id": "'"$RETURN_ID"'", "captures": '"$(cat "$WORK/captures.json")"'}'

  # Both at once: the photos to S3, the answers to the portal.
  local jobs=() place job
  for place in $(places slot); do upload "$place" "$PHOTO" & jobs+=($!); done
  call inspected.json "$DEVICE_TOKEN" POST /api/v1/field/inspections "$(cat "$WORK/inspection.json")"
  for job in "${jobs[@]}"; do wait "$job"; done

  await_verified
  close_shift
  echo "Verdict $(pick "$WORK/inspected.json" verdict). The photos are verified; the phone may delete them."
}

# --- one stop without a call to the portal but for the forms -----------------------------------------

one_call() {
  fetch_run_sheet
  fetch_forms true
  write_captures
  write_inspection
  local place
  for place in $(places slot); do upload "$place" "$PHOTO"; done
  upload "$(places inspection)" "$WORK/inspection.json"

  await_verified
  echo "Inspection and photos went through S3; they are verified, and the phone may delete them."
}

# --- the merchant looks --------------------------------------------------------------------------------

look() {
  local place
  call photos.json "$MERCHANT_KEY" GET \
    "/api/v1/returns/$(pick "$WORK/stop.json" return_id)/photos"
  for place in $(python3 -c '
import json, sys
photos = json.load(open(sys.argv[1]))["photos"]
print(*[place for place, photo in enumerate(photos) if photo["url"]])' "$WORK/photos.json"); do
    curl --silent --show-error --fail "$(pick "$WORK/photos.json" photos "$place" url)" \
      > "$WORK/photo.jpg"
    [ "$(digest "$WORK/photo.jpg")" = "$(pick "$WORK/photos.json" photos "$place" sha256)" ]
    echo "$(pick "$WORK/photos.json" photos "$place" slot)" \
      "$(pick "$WORK/photos.json" photos "$place" state), its bytes are those the phone sent."
  done
}

case "${1:-}" in
  register | enrol | visit | one-call | look) mkdir -p "$WORK"; "${1//-/_}" "${@:2}" ;;
  *) sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
