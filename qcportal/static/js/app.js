// The one script of every page. Everything it does also works as a link or a form.
import { startDialogs } from "./dialogs.js";
import { startDrawer } from "./drawer.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";

// What only some pages need is loaded where an element names it; also in what arrives later.
const load = (root) => {
  for (const element of root.querySelectorAll("[data-needs-script]")) element.hidden = false;
  for (const element of root.querySelectorAll("[data-script]")) {
    import(element.dataset.script).then(({ start }) => start(element));
  }
};
load(document);
document.addEventListener("arrived", ({ detail }) => load(detail));
document.querySelector("[data-print]")?.addEventListener("click", () => print());
document.querySelector("[data-error-summary]")?.focus();

// A picture that cannot be loaded says so in its own box.
const broken = (image) => image.closest?.(".photo")?.classList.add("photo-broken");
document.addEventListener("error", (event) => broken(event.target), true);
for (const image of document.images) if (image.complete && !image.naturalWidth) broken(image);

startDialogs();
startDrawer();
startKeys();
startLive();

// A button that says how many rows are ticked, for forms over a list.
for (const button of document.querySelectorAll("[data-counts]")) {
  const form = button.form;
  const say = () => {
    const ticked = form.querySelectorAll("input[type=checkbox]:checked").length;
    button.textContent = ticked ? `${button.dataset.counts} (${ticked})` : button.dataset.counts;
  };
  form.addEventListener("change", say);
  form.addEventListener("reset", () => setTimeout(say));
  say();
}
