// A button that says how many rows are ticked, for forms over a list.
export function start(button) {
  const form = button.form;
  const say = () => {
    const ticked = form.querySelectorAll("input[type=checkbox]:checked").length;
    button.textContent = ticked ? `${button.dataset.counts} (${ticked})` : button.dataset.counts;
  };
  form.addEventListener("change", say);
  form.addEventListener("reset", () => setTimeout(say));
  say();
}
