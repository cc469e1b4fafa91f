// Keeps pollers quiet in a hidden tab and lets them look at once when it is shown again.
const POLLERS = "#live[hx-get], [data-poll][hx-get]";

export function startLive() {
  document.addEventListener("htmx:before:request", (event) => {
    if (document.hidden && event.target.matches?.(POLLERS)) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const poller of document.querySelectorAll(POLLERS)) window.htmx?.trigger(poller, "look");
  });
}
