// Atelier works without this file. Where it runs, it keeps drafts safe and answers sooner.
"use strict";

const AUTOSAVE_MS = 5000;
const unsaved = new Set();

// A form with data-autosave="URL" is sent there when it has changed, every five seconds. The answer
// may be JSON with `fields`: values for the form's hidden fields, such as the id of a new draft.
function autosave(form) {
  const status = form.querySelector("[data-save-status]");
  const say = (state, time) => {
    if (!status) return;
    status.dataset.state = state;
    status.textContent = (status.dataset[state] || "").replace("%", time || "");
  };
  const snapshot = () => {
    const data = new FormData(form);
    const pairs = [...data].filter(([, value]) => typeof value === "string");
    return new URLSearchParams(pairs);
  };
  let saved = snapshot().toString();
  let busy = false;
  let sending = false;

  const changed = () => snapshot().toString() !== saved;
  form.addEventListener("input", () => {
    if (changed()) unsaved.add(form);
    else unsaved.delete(form);
  });
  form.addEventListener("submit", () => {
    sending = true;
    unsaved.delete(form);
  });

  async function save() {
    if (busy || sending || !changed()) return;
    busy = true;
    const body = snapshot();
    say("saving");
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body,
        credentials: "same-origin",
        headers: { Accept: "application/json" },
        redirect: "error",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      saved = body.toString();
      if ((answer.headers.get("content-type") || "").includes("json")) {
        const { fields = {} } = await answer.json();
        const before = snapshot().toString();
        for (const [name, value] of Object.entries(fields)) {
          const input = form.elements.namedItem(name);
          if (input instanceof HTMLInputElement && input.type === "hidden") input.value = value;
        }
        if (before === saved) saved = snapshot().toString();
      }
      if (!changed()) unsaved.delete(form);
      const now = new Date();
      const time = now.toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit",
        minute: "2-digit",
      });
      say("saved", time);
    } catch {
      say("failed");
    } finally {
      busy = false;
    }
  }
  setInterval(save, AUTOSAVE_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save();
  });
}

// A field with data-count="N" says how many characters are left, once few are.
function counter(field) {
  const most = Number(field.dataset.count);
  const left = document.createElement("p");
  left.className = "count-left";
  left.setAttribute("aria-live", "polite");
  field.after(left);
  const update = () => {
    const rest = most - field.value.length;
    const near = rest <= Math.max(20, most / 5);
    left.textContent = near ? (field.dataset.countText || "%").replace("%", rest) : "";
  };
  field.addEventListener("input", update);
  update();
}

// An element with data-echo="ID" repeats what is typed in the field of that id.
function echo(element) {
  const field = document.getElementById(element.dataset.echo);
  field?.addEventListener("input", () => {
    const typed = field.value.trim().replace(/^@/, "").toLowerCase();
    element.textContent = typed || element.dataset.echoEmpty;
  });
}

// A button with data-copy="ID" copies the text of that element.
function copier(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
    button.textContent = button.dataset.copied;
  });
}

// A button with data-fill="ID" adds its text to what that field holds.
function filler(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.fill);
    field.value = [field.value.trim(), button.dataset.fillFrom].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// Where a form is refused, its summary takes the focus so that it is read first.
function focusSummary() {
  const summary = document.querySelector(".error-summary");
  if (summary) summary.focus();
}

addEventListener("beforeunload", (event) => {
  if (unsaved.size > 0) event.preventDefault();
});

document.addEventListener("submit", (event) => {
  const asked = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (asked && !confirm(asked)) event.preventDefault();
});

document.querySelectorAll("form[data-autosave]").forEach(autosave);
document.querySelectorAll("[data-count]").forEach(counter);
document.querySelectorAll("[data-echo]").forEach(echo);
document.querySelectorAll("[data-copy]").forEach(copier);
document.querySelectorAll("[data-fill]").forEach(filler);
focusSummary();
