// Deciding a dispute with few keys: a reason proposes its sentence, declining asks for a reason, and
// what can be undone goes when its time is over. All of it also works as plain forms.
export function start(element) {
  if (element.dataset.undoSeconds) {
    setTimeout(() => element.remove(), Number(element.dataset.undoSeconds) * 1000);
  } else {
    decide(element);
  }
}

function decide(form) {
  const text = form.querySelector("textarea[name=text]");
  const reasons = [...form.querySelectorAll("input[name=reason]")];
  const need = form.querySelector("[data-part=need-reason]");
  let proposed = "";
  for (const reason of reasons) {
    reason.addEventListener("change", () => {
      need.hidden = true;
      if (text.value.trim() && text.value !== proposed) return; // somebody's own words stay
      text.value = proposed = reason.dataset.sentence;
    });
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "rejected" || reasons.some((one) => one.checked)) return;
    if (!reasons.length) return;
    event.preventDefault();
    need.hidden = false;
    reasons[0].focus();
  });
  for (const fold of document.querySelectorAll(".judge details")) {
    fold.addEventListener("toggle", () => {
      if (fold.open) fold.querySelector("textarea, input:not([type=hidden])")?.focus();
    });
  }
  form.dataset.ready = "";
}
