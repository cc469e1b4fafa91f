// The one script of every page. Everything it does also works as a link or a form.
import { startDialogs } from "./dialogs.js";
import { startKeys } from "./keys.js";

// What only some pages need is loaded where an element names it; also in what arrives later.
const load = (root) => {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
  const parts = [...root.querySelectorAll("[data-script]")];
  return Promise.all(
    parts.map(async (part) => (await import(part.dataset.script)).start(part)),
  );
};
// Until then keys go nowhere and links lead to whole pages; tests wait for it.
load(document).then(() => (document.documentElement.dataset.ready = ""));
document.addEventListener("arrived", ({ detail }) => load(detail));
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.querySelector("[data-error-summary]")?.focus();

// A picture that cannot be loaded says so in its own box.
const broken = (image) => image.closest?.(".photo")?.classList.add("photo-broken");
document.addEventListener("error", (event) => broken(event.target), true);
for (const image of document.images) if (image.complete && !image.naturalWidth) broken(image);

startDialogs();
startKeys();

// Pollers are quiet in a hidden tab, and look at once when it is shown again.
const POLLERS = "#live[hx-get], [data-poll][hx-get]";
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && event.target.matches?.(POLLERS)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const poller of document.querySelectorAll(POLLERS)) window.htmx?.trigger(poller, "look");
});
