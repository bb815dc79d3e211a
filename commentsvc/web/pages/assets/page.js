// Keeps relative times right, and the switch between light and dark.
const MINUTE = 60, HOUR = 3600, DAY = 86400;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function inWords(at, ending) {
  const seconds = (Date.now() - at) / 1000;
  if (seconds >= 30 * DAY || seconds < -MINUTE) return `${at.getDate()} ${MONTHS[at.getMonth()]} ${at.getFullYear()}`;
  if (seconds < MINUTE) return "now";
  const span = seconds < HOUR ? `${Math.floor(seconds / MINUTE)} min` : seconds < DAY ? `${Math.floor(seconds / HOUR)} h` : `${Math.floor(seconds / DAY)} d`;
  return span + ending;
}

function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-ago]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.getTime())) time.textContent = inWords(at, time.dataset.ago);
  }
}
setInterval(refreshTimes, 30_000);

const root = document.documentElement;
const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
for (const button of document.querySelectorAll("[data-theme-switch]")) {
  button.hidden = false;
  button.setAttribute("aria-pressed", String(isDark()));
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    button.setAttribute("aria-pressed", String(isDark()));
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* lasts as long as the page */ }
  });
}

// Questions before what cannot be taken back.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask;
  if (question && !confirm(question)) event.preventDefault();
});

// What is behind a narrow list should be reachable by keyboard too.
for (const box of document.querySelectorAll(".scroll")) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
}
