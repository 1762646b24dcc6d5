// Live parts ask for themselves again: less often while nothing changes, never in a hidden tab, not while someone types in them or has ticked a row.
const FIRST = 2500;
const MOST = document.documentElement.dataset.room === "desk" ? 5000 : 30000; // staff watch, customers look in
const known = new Map(); // part's id -> { wait, due, html, open, said }

const plain = (html) => html.replace(/name="csrf_token"[^>]*>/g, "").trim();
const ticked = (part) => part.querySelector("td input:checked");
const typing = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
const memory = (part) => {
  if (!known.has(part.id)) known.set(part.id, { wait: FIRST, due: Date.now() + FIRST, html: "" });
  return known.get(part.id);
};

function beat() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live]")) {
    const mine = memory(part);
    if (ticked(part) || typing(part) || Date.now() < mine.due) continue;
    mine.due = Date.now() + mine.wait;
    mine.wait = Math.min(mine.wait * 1.3, MOST);
    part.dispatchEvent(new CustomEvent("live"));
  }
}

// A part refreshed by a press is dimmed until the answer is there; a live one is not, it would flicker.
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!detail.elt.matches("[data-live]")) detail.target.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", ({ detail }) => detail.target.removeAttribute("aria-busy"));

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { xhr, target: part, pathInfo } = detail;
  const mine = memory(part);
  mine.said = part.dataset.say;
  mine.open = [...part.querySelectorAll("details[open][id]")].map((fold) => fold.id);
  if (!part.matches("[data-live]") || xhr.status >= 400) return;
  if (pathInfo.responsePath !== pathInfo.finalRequestPath) return location.reload(); // signed out meanwhile
  if (xhr.status === 286) part.removeAttribute("data-live"); // the story is over
  const html = plain(xhr.responseText);
  if (html === mine.html) detail.shouldSwap = false;
  else Object.assign(mine, { html, wait: FIRST, due: Date.now() + FIRST });
});

document.addEventListener("htmx:afterSwap", ({ target }) => {
  const mine = known.get(target.id);
  mine?.open?.forEach((id) => document.getElementById(id)?.setAttribute("open", ""));
  const say = target.dataset?.say;
  if (say && say !== mine?.said) document.getElementById("say").textContent = say;
});

document.addEventListener("visibilitychange", () => {
  known.forEach((mine) => Object.assign(mine, { wait: FIRST, due: 0 }));
  beat();
});
setInterval(beat, 500);
