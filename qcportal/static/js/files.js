// Sends files of one's own straight to S3: each is announced with its digest, then posted.
export function startFiles(form) {
  for (const input of form.querySelectorAll("[data-upload]")) {
    input.addEventListener("change", () => sendAll(form, input));
  }
}

async function sendAll(form, input) {
  const files = [...input.files];
  input.value = "";
  if (!input.dataset.files && !(await kept(form, input))) return;
  for (const file of files) await told(form, input, file);
}

// Keeps what stands in the form as a draft, which files can be added to.
async function kept(form, input) {
  const part = { headers: { "HX-Request": "true" } };
  const body = new FormData(form);
  body.set("action", "files");
  const answer = await fetch(form.getAttribute("action"), { ...part, method: "POST", body }).catch(() => null);
  const draft = answer?.headers.get("HX-Redirect");
  if (!draft) {
    form.requestSubmit(form.querySelector("button[value=save]")); // which says what is wrong
    return false;
  }
  const text = await (await fetch(draft, part)).text();
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-claim]");
  form.setAttribute("action", fresh.getAttribute("action")); // buttons named action hide the property
  form.elements.seen.value = fresh.elements.seen.value;
  input.dataset.files = fresh.querySelector("[data-upload]").dataset.files;
  return true;
}

async function told(form, input, file) {
  const said = input.dataset;
  const line = document.createElement("li");
  form.querySelector("[data-sending]").append(line);
  line.textContent = `${file.name} ${said.saidSending}`;
  const sent = await send(form, said.files, file).catch(() => "");
  line.textContent = `${file.name} ${sent ? said.saidSent : said.saidFailed} `;
  if (sent && said.saidDrop) line.append(dropper(sent, said.saidDrop));
}

// The button that takes a file out of a draft again; the form is saved along with it.
function dropper(photo, words) {
  const button = document.createElement("button");
  Object.assign(button, { name: "action", value: `drop-${photo}`, formNoValidate: true });
  button.className = "button button-quiet button-small";
  button.textContent = words;
  return button;
}

// Gives the id of the photo that the file became, or nothing where it was not taken.
async function send(form, files, file) {
  const token = form.elements.csrf_token.value;
  const about = { csrf_token: token, name: file.name, content_type: file.type, bytes: file.size };
  const body = new URLSearchParams({ ...about, sha256: await digest(file) });
  const headers = { Accept: "application/json" };
  const offer = await fetch(files, { method: "POST", body, headers });
  if (!offer.ok) return "";
  const { photo_id, url, fields, seen } = await offer.json();
  if (form.elements.seen) form.elements.seen.value = seen;
  const parts = new FormData();
  for (const [name, value] of Object.entries(fields)) parts.append(name, value);
  parts.append("file", file);
  return (await fetch(url, { method: "POST", body: parts })).ok ? photo_id : "";
}

// Without https a browser has no digests; the file is stored all the same.
async function digest(file) {
  if (!window.crypto?.subtle) return "";
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
