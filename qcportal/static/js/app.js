// The one script of every page. Everything it does also works as a link or a form.
import { startDialogs } from "./dialogs.js";
import { startKeys } from "./keys.js";
import { startLive } from "./live.js";

// What only some pages have is fetched by them alone, and starts by itself.
const NEEDS = {
  "[data-editor]": () => import("./grid.js"),
  "#viewer": () => import("./viewer.js"),
};

for (const element of document.querySelectorAll("[data-needs-script]")) element.hidden = false;
document.querySelector("[data-error-summary]")?.focus();

// A picture that cannot be loaded says so in its own box.
const broken = (image) => image.closest?.(".photo")?.classList.add("photo-broken");
document.addEventListener("error", (event) => broken(event.target), true);
for (const image of document.images) if (image.complete && !image.naturalWidth) broken(image);

startDialogs();
startKeys();
startLive();
for (const [part, load] of Object.entries(NEEDS)) if (document.querySelector(part)) load();

// A button that says how many rows are ticked, for forms over a list.
for (const button of document.querySelectorAll("[data-counts]")) {
  const form = button.form;
  const say = () => {
    const ticked = form.querySelectorAll("input[type=checkbox]:checked").length;
    button.textContent = ticked ? `${button.dataset.counts} (${ticked})` : button.dataset.counts;
  };
  form.addEventListener("change", say);
  say();
}
