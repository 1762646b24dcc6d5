/* The board keeps itself up to date and its buttons act in place. Without this script both still work. */
const PAUSE = 3000;

async function swap(request, parts = "[data-live]") {
  const answer = await fetch(request);
  if (!answer.ok) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const live of document.querySelectorAll(parts)) {
    const fresh = page.getElementById(live.id);
    if (fresh) replace(live, fresh);
  }
}

function replace(live, fresh) {
  for (const open of live.querySelectorAll("details[id][open]")) {
    fresh.querySelector(`#${CSS.escape(open.id)}`)?.setAttribute("open", "");
  }
  if (fresh.innerHTML === live.innerHTML) return;
  const held = live.contains(document.activeElement) ? document.activeElement.id : "";
  live.innerHTML = fresh.innerHTML;
  if (held) document.getElementById(held)?.focus();
}

function busy() {
  const marked = document.getSelection()?.toString();
  return document.hidden || marked || document.activeElement?.matches("select, [data-live] :focus-visible");
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-inplace]")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.setAttribute("aria-busy", "true");
  const action = event.submitter?.getAttribute("formaction") ?? form.action;
  await swap(new Request(action, { method: "POST", body, headers: { Accept: "text/html" } }));
  form.removeAttribute("aria-busy");
});

setInterval(() => busy() || swap(new Request(location.href), "[data-live]:not([data-kept])"), PAUSE);
