// What all editors share: asking Python, keeping what is typed, the name, questions.

const WAIT = 3000; // ms without an answer until it is told that nothing is saved
const LONG = 120000; // ms that a block may take once Python has it
const LATE = 15000; // ms for what is not about what somebody typed
const DRAFT = 1000; // ms between two drafts while somebody types
const NEWS = 15000; // ms between two looks at what others wrote
const AWAY = 2 * 3600 * 1000; // ms without a key or a click until nobody is there
const STORE = "sepakat";

// Rows stand in the order of their ids: those of one millisecond are counted.
let lastMade = 0, madeThen = 0;
function uuid7() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  if (now > lastMade) { lastMade = now; madeThen = 0; }
  else if (++madeThen > 0xfff) { lastMade++; madeThen = 0; }
  let at = lastMade;
  for (let i = 5; i >= 0; i--) { bytes[i] = at % 256; at = Math.floor(at / 256); }
  bytes[6] = (madeThen >> 8) | 0x70;
  bytes[7] = madeThen & 0xff;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

function make(tag, attributes = {}, ...inside) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...inside.filter((each) => each !== null && each !== undefined));
  return made;
}

// What this browser keeps; where it may keep nothing, nothing is.
const kept = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, text) { try { localStorage.setItem(key, text); return true; } catch { return false; /* full or forbidden */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  keys(start) { try { return Object.keys(localStorage).filter((k) => k.startsWith(start)); } catch { return []; } },
};

class Lost extends Error {}

function talk(model, root) {
  const setup = model.get("setup");
  const own = uuid7(); // of this view: another view of the model has answers of its own
  const waiting = new Map();
  let number = 0, lastTouch = Date.now(), gone = false;

  const say = (key, fields = {}) =>
    (setup.words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);
  const count = (n) => n.toLocaleString(setup.language === "id" ? "id-ID" : "en-GB");

  function heard(answer) {
    const asked = waiting.get(answer.re);
    if (!asked) return;
    if (answer.working) { // Python has it, and takes longer
      clearTimeout(asked.timer);
      asked.timer = setTimeout(asked.giveUp, LONG);
      return;
    }
    waiting.delete(answer.re);
    clearTimeout(asked.timer);
    if (asked.late) asked.late(answer);
    else if (answer.error) asked.reject(Object.assign(new Error(answer.error), answer));
    else asked.resolve(answer);
  }
  model.on("msg:custom", heard);

  // An answer, an Error in words, or Lost after `wait`; what comes later goes to `late`.
  function ask(message, { wait = WAIT, late = null } = {}) {
    const re = `${own}.${++number}`;
    return new Promise((resolve, reject) => {
      const asked = { resolve, reject, late: null };
      asked.giveUp = () => {
        if (late) asked.late = late; else waiting.delete(re);
        reject(new Lost());
      };
      asked.timer = setTimeout(asked.giveUp, wait);
      waiting.set(re, asked);
      model.send({ ...message, re });
    });
  }

  // Who writes: asked once in a browser, told to every editor of the page.
  let who = kept.get(`${STORE}.who`) ?? "";
  const listeners = [];
  function named(name) {
    if (name) kept.set(`${STORE}.who`, name);
    who = name;
    listeners.forEach((each) => each(name));
  }
  const otherEditor = (event) => { who = event.detail; listeners.forEach((each) => each(who)); };
  window.addEventListener("sepakat-who", otherEditor);

  // A question within the editor: text, fields and buttons; the value of the button.
  function question(text, { fields = [], list = [], buttons, wide = false }) {
    const before = document.activeElement;
    return new Promise((resolve) => {
      const label = `q${uuid7()}`;
      const close = (value) => {
        box.remove();
        if (before && root.contains(before)) before.focus();
        resolve(value);
      };
      const inputs = fields.map((each) => make("input", { type: "text", maxlength: 80, "aria-label": each.label, value: each.value ?? "", autocomplete: "name" }));
      const box = make("div", { class: "ask", role: "dialog", "aria-modal": "true", "aria-labelledby": label, "data-wide": wide },
        make("p", { id: label }, text),
        list.length ? make("ul", {}, ...list.map((each) => make("li", {}, each))) : null,
        ...inputs,
        make("div", { class: "buttons" }, ...buttons.map(([value, told, strong]) =>
          make("button", { type: "button", class: strong ? "strong" : null, onclick: () => close({ value, texts: inputs.map((i) => i.value) }) }, told))));
      box.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.key === "Escape") { event.preventDefault(); close({ value: null, texts: [] }); }
        if (event.key === "Enter" && event.target.tagName === "INPUT") {
          event.preventDefault();
          close({ value: buttons[0][0], texts: inputs.map((i) => i.value) });
        }
        if (event.key === "Tab") {
          const stops = [...box.querySelectorAll("input,button")];
          const at = stops.indexOf(document.activeElement);
          event.preventDefault();
          stops[(at + (event.shiftKey ? stops.length - 1 : 1)) % stops.length].focus();
        }
      });
      root.prepend(box);
      (inputs[0] ?? box.querySelector("button")).focus();
    });
  }

  // The name, asked where there is none; false where the person will not say.
  let asking = null;
  function person(again = false) {
    asking ??= askName(again).finally(() => { asking = null; });
    return asking;
  }
  async function askName(again) {
    while (!who || again) {
      const { value, texts } = await question(say("ask_name"), {
        fields: [{ label: say("name"), value: who }],
        buttons: [["use", say("use_name"), true], [null, say("cancel")]],
      });
      if (value === null) return Boolean(who);
      try {
        const answer = await ask({ do: "name", who: texts[0] }, { wait: LATE });
        again = false;
        named(answer.who);
        window.dispatchEvent(new CustomEvent("sepakat-who", { detail: answer.who }));
      } catch (error) { alertLine(told(error)); }
    }
    return true;
  }

  const told = (error) => (error instanceof Lost ? say("lost") : error.message);

  // Drafts: in this browser at each key, in the ledger once a second.
  const place = (about, field) =>
    [STORE, "draft", who, setup.kind, about === "new" ? `new:${setup.place}` : about, field].join("|");
  const pending = new Map();
  function draft(about, field, value) {
    kept.set(place(about, field), JSON.stringify({ ...value, at: Date.now() }));
    if (pending.has(about)) return;
    pending.set(about, setTimeout(() => {
      pending.delete(about);
      sendDraft(about);
    }, DRAFT));
  }
  function sendDraft(about) {
    const content = draftOf(about);
    if (Object.keys(content).length) ask({ do: "draft", about, content }).catch(() => {});
  }
  function draftOf(about) {
    const start = place(about, "");
    const found = {};
    for (const key of kept.keys(start)) {
      try { found[key.slice(start.length)] = JSON.parse(kept.get(key)); } catch { kept.drop(key); }
    }
    return found;
  }
  // A field is saved; what else was typed of the row goes to the ledger again.
  function forget(about, field) {
    kept.drop(place(about, field));
    clearTimeout(pending.get(about));
    pending.delete(about);
    sendDraft(about);
  }
  function forgetAll(about) {
    clearTimeout(pending.get(about));
    pending.delete(about);
    kept.keys(place(about, "")).forEach((key) => kept.drop(key));
  }
  // What this person typed of these rows and did not save, the browser's before the ledger's.
  function unsaved(abouts, fromLedger) {
    if (!who) return new Map();
    const found = new Map(fromLedger.map((each) => [each.about, { ...each.content }]));
    for (const about of [...abouts, "new"]) {
      const here = draftOf(about);
      if (Object.keys(here).length) found.set(about, { ...found.get(about), ...here });
    }
    return found;
  }

  // Blocks of a sheet that went out, until Python says what became of them: by person,
  // region and year of the plan (`setup.place`), kind and first row.
  const blockKey = (message) => [STORE, "block", who, setup.kind, setup.place, message.rows[0].id].join("|");
  const keepBlock = (message) => kept.set(blockKey(message), JSON.stringify({ ...message, at: Date.now() }));
  const dropBlock = (message) => kept.drop(blockKey(message));
  function blocks() {
    if (!who) return [];
    const found = [];
    for (const key of kept.keys([STORE, "block", who, setup.kind, setup.place, ""].join("|"))) {
      try { found.push(JSON.parse(kept.get(key))); } catch { kept.drop(key); }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  // What others wrote, while somebody is here; also keeps the kernel of an open page.
  const touched = () => { lastTouch = Date.now(); };
  for (const kind of ["keydown", "pointerdown", "visibilitychange"]) document.addEventListener(kind, touched);
  let mark = "";
  function watch(first, hear) {
    mark = first;
    const look = async () => {
      if (gone) return;
      if (Date.now() - lastTouch < AWAY) {
        try {
          const answer = await ask({ do: "news", mark });
          mark = answer.mark;
          hear(answer);
        } catch { /* told at the next write */ }
      }
      timer = setTimeout(look, document.hidden ? 4 * NEWS : NEWS);
    };
    let timer = setTimeout(look, NEWS);
    stops.push(() => clearTimeout(timer));
  }
  const stops = [];

  const line = make("p", { class: "line", role: "status", "aria-live": "polite" });
  const warning = make("div", { class: "warning", role: "alert", hidden: true });
  function alertLine(text, list = [], buttons = []) {
    warning.replaceChildren(
      make("p", {}, text),
      ...(list.length ? [make("ul", {}, ...list.map((each) => make("li", {}, each)))] : []),
      ...buttons.map(([label, act]) => make("button", { type: "button", onclick: act }, label)));
    warning.hidden = !text;
  }
  const calm = () => { warning.hidden = true; warning.replaceChildren(); };
  function lost() {
    alertLine(say("lost"), [], [[say("reload"), () => location.reload()]]);
  }
  function failed(error) {
    if (error instanceof Lost) lost();
    else alertLine(told(error), (error.problems ?? []).slice(0, 8).map((each) =>
      each.why ? say("problems", { row: each.shown ?? count((each.row ?? 0) + 1), column: each.column ?? "", why: each.why }) : each.says ?? "")
      .concat((error.problems ?? []).length > 8 ? [say("problem_more", { n: count(error.problems.length - 8) })] : []));
  }

  // Both versions of a field, and a choice between them.
  const conflict = (clash) => question(clash.says, {
    list: [`${say("mine")}: ${clash.mine || say("empty")}`, `${say("theirs", clash)}: ${clash.theirs || say("empty")}`],
    buttons: [["mine", say("keep_mine"), true], ["theirs", say("take_theirs", clash)]],
  });

  // The first question to Python: a page may be there before its kernel hears. Until the
  // answer is drawn nothing takes a click or a key: the drawing would wipe it away.
  async function start() {
    line.textContent = say("connecting");
    root.inert = true;
    for (let tried = 0; ; tried++) {
      try {
        const answer = await ask({ do: "start", who }, { wait: LATE });
        named(answer.who);
        line.textContent = "";
        setTimeout(() => { root.inert = false; root.dataset.ready = "yes"; }); // once drawn
        return answer;
      } catch (error) {
        if (tried > 3 || !(error instanceof Lost)) { root.inert = false; failed(error); throw error; }
      }
    }
  }

  const foot = make("p", { class: "who" });
  function tellWho() {
    foot.replaceChildren(
      who ? say("you_are", { who }) : say("nobody_yet"),
      ...(who ? [" ", make("button", { type: "button", class: "plain", onclick: () => person(true) }, say("other_name"))] : []));
  }
  listeners.push(tellWho);
  tellWho();

  function end() {
    gone = true;
    model.off("msg:custom", heard);
    window.removeEventListener("sepakat-who", otherEditor);
    for (const kind of ["keydown", "pointerdown", "visibilitychange"]) document.removeEventListener(kind, touched);
    stops.forEach((stop) => stop());
  }

  return { setup, say, count, ask, person, draft, forget, forgetAll, unsaved, keepBlock, dropBlock, blocks, watch, question, conflict, failed, lost, told, alertLine, calm, start, end, line, warning, foot, who: () => who };
}

// The typed drafts that a page offers again, as one line with two buttons.
function offer(t, found, sayRow, put, drop) {
  const values = [];
  for (const [about, content] of found)
    for (const [field, value] of Object.entries(content)) values.push({ about, field, ...value });
  if (!values.length) return;
  t.alertLine(t.say("draft", { who: t.who(), n: t.count(values.length) }),
    values.slice(0, 8).map((each) => sayRow(each)).concat(values.length > 8 ? [t.say("problem_more", { n: t.count(values.length - 8) })] : []),
    [[t.say("put_back"), () => { t.calm(); put(values); }], [t.say("drop"), () => { t.calm(); drop([...found.keys()]); }]]);
}
