/* The board keeps itself up to date and its buttons act in place. Without this script both still work. */
const PAUSE = 3000;

async function swap(request) {
  const answer = await fetch(request);
  if (!answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const live of document.querySelectorAll("[data-live]")) {
    const fresh = page.getElementById(live.id);
    if (fresh && fresh.innerHTML !== live.innerHTML) replace(live, fresh);
  }
}

function replace(live, fresh) {
  const held = live.contains(document.activeElement) ? document.activeElement.id : "";
  live.innerHTML = fresh.innerHTML;
  if (held) document.getElementById(held)?.focus();
}

function busy() {
  return document.hidden || document.activeElement?.matches("select, [data-live] :focus-visible");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-inplace]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  swap(new Request(form.action, { method: "POST", body, headers: { Accept: "text/html" } }));
});

setInterval(() => busy() || swap(new Request(location.href)), PAUSE);
