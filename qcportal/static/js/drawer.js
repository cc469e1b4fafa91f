// Opens [data-drawer] links in the drawer of the page; the form in it is sent from there.
const PART = { headers: { "HX-Request": "true" } };

export function start(drawer) {
  let typed = false;
  drawer.addEventListener("input", () => (typed = true));
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-drawer]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    // What somebody typed before closing is still there.
    if (typed || (await show(drawer, fetch(link.href, PART)))) drawer.showModal();
    else if (!drawer.dataset.gone) location.assign(link.href);
  });
  drawer.addEventListener("submit", async (event) => {
    if (event.target.method !== "post") return;
    event.preventDefault();
    const body = new FormData(event.target, event.submitter);
    const asked = fetch(event.target.getAttribute("action"), { ...PART, method: "POST", body });
    const failed = drawer.querySelector("[data-failed]");
    failed.hidden = (await show(drawer, asked)) || drawer.dataset.gone;
  });
}

// Puts an answer into the drawer, or goes where it leads; tells whether there is one to show.
async function show(drawer, asked) {
  const answer = await asked.catch(() => null);
  const target = answer?.headers.get("HX-Redirect");
  if (target) {
    drawer.dataset.gone = "yes";
    location.assign(target);
  }
  if (!answer || target || ![200, 400, 409].includes(answer.status)) return false;
  drawer.innerHTML = await answer.text();
  document.dispatchEvent(new CustomEvent("arrived", { detail: drawer }));
  drawer.querySelector("[data-error-summary]")?.focus();
  return true;
}
