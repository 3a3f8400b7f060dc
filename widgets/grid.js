// A grid of rows: keys first, a block of a sheet pasted at once, only what is seen drawn.

const HEIGHT = 36; // px of a row
const ALL = 500; // rows up to which all are drawn
const BEYOND = 12; // rows drawn above and below what is seen
const WIDTHS = { text: 11, long: 11, money: 8, volume: 6, whole: 5, choice: 9, codes: 9 }; // rem at least
const NUMBERS = { wide: 3.25, close: 2.3 }; // rem of the column of row numbers
const MANY = 11; // columns from which on they are set close, and what a row is called stays in sight
const AGAIN = ["ledger_away", "failed", "nobody"]; // nothing was wrong with what was typed

// Cells of a sheet as the clipboard has them; a quoted cell may hold tabs and lines.
function blockOf(text) {
  const rows = [[]];
  let cell = "", quoted = false;
  const close = () => { rows.at(-1).push(cell); cell = ""; };
  text = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let i = 0; i < text.length; i++) {
    const sign = text[i];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (text[i + 1] === '"') { cell += '"'; i++; }
      else quoted = false;
    } else if (sign === '"' && cell === "" && closes(text, i)) quoted = true;
    else if (sign === "\t") close();
    else if (sign === "\n") { close(); rows.push([]); }
    else cell += sign;
  }
  close();
  return rows;
}
// A quote that opens a cell is closed before a tab, a line or the end.
function closes(text, at) {
  return /^"(?:[^"]|"")*"(?=[\t\n]|$)/.test(text.slice(at));
}

function render({ model, el }) {
  const root = make("div", { class: "sepakat-editor", "data-lm-suppress-shortcuts": "true", "data-editor": "grid", lang: model.get("setup").language });
  const t = talk(model, root);
  const { setup, say, count } = t;
  const fields = setup.fields;
  const required = fields.filter((each) => each.required && !each.computed);
  let rows = [], byId = new Map(), choices = {}, labels = {};
  let at = { r: 0, c: 0 }, editing = null, noted = null;
  const drawn = new Map(); // index of a row: its element

  const dense = fields.length > MANY, NUMBER = NUMBERS[dense ? "close" : "wide"];
  if (dense) root.classList.add("dense");
  const called = dense ? fields.findIndex((each) => each.name === "title") : -1;
  const klass = (field, c) => `cell ${field.type}${c === called ? " called" : ""}`;
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const widths = fields.map((each) => each.width ?? WIDTHS[each.type] * (dense ? 0.7 : 1));
  const columns = `${NUMBER}rem ${widths.map((wide) => `minmax(${wide}rem,${wide}fr)`).join(" ")}`;
  const head = make("div", { role: "row", class: "row head", "aria-rowindex": 1, style: `grid-template-columns:${columns}` },
    make("span", { role: "columnheader", class: "cell number", "aria-label": say("row") }, "#"),
    ...fields.map((each, c) => make("span", { role: "columnheader", class: klass(each, c), "aria-colindex": c + 2 }, each.label)));
  const body = make("div", { role: "rowgroup", class: "body" });
  const grid = make("div", { role: "grid", "aria-label": setup.title, "aria-colcount": fields.length + 1, style: `min-width:${widths.reduce((sum, wide) => sum + wide, NUMBER)}rem` }, make("div", { role: "rowgroup", class: "heads" }, head), body);
  const scroller = make("div", { class: "scroll" }, grid);
  const total = make("p", { class: "total", role: "status" });
  const empty = make("p", { class: "empty", hidden: true }, say("no_rows"));
  const insertButton = make("button", { type: "button", onclick: () => insert() }, say("insert"));
  const undoButton = make("button", { type: "button", title: say("undo"), onclick: () => undo() }, say("undo_short"));
  const endButton = make("button", { type: "button", onclick: () => end() }, say("end"));
  const offers = make("div", {}); // of blocks of which nobody knows what became
  root.append(t.warning, offers, make("h3", {}, setup.title), scroller, empty, total,
    make("div", { class: "tools" }, insertButton, undoButton, endButton, t.line),
    t.foot,
    make("details", {}, make("summary", {}, say("help")), make("p", {}, say("help_grid"))));
  el.append(root);

  const about = (row) => (row.version === null ? "new" : row.id);
  const shown = (row, field) => {
    const text = row.typed[field.name]?.text ?? row.cells[field.name] ?? "";
    return field.type === "choice" ? (labels[field.name]?.get(text) ?? text) : text;
  };

  // Drawing

  function index() {
    rows.sort((a, b) => (a.version === null) - (b.version === null) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
    byId = new Map(rows.map((row, i) => [row.id, i]));
    grid.setAttribute("aria-rowcount", rows.length + 1);
    body.style.height = `${rows.length * HEIGHT}px`;
    empty.hidden = rows.length > 0;
    scroller.hidden = rows.length === 0;
    endButton.disabled = rows.length === 0;
    if (at.r >= rows.length) at.r = Math.max(0, rows.length - 1);
  }

  function draw() {
    const held = body.contains(document.activeElement) && !editing;
    let first = 0, last = rows.length - 1;
    if (rows.length > ALL) {
      first = Math.max(0, Math.floor(scroller.scrollTop / HEIGHT) - BEYOND);
      last = Math.min(rows.length - 1, Math.ceil((scroller.scrollTop + scroller.clientHeight) / HEIGHT) + BEYOND);
    }
    for (const [i, element] of drawn)
      if ((i < first || i > last) && i !== at.r && i !== editing?.r) { element.remove(); drawn.delete(i); }
    for (let i = first; i <= last; i++) if (!drawn.has(i)) paint(i);
    if (rows.length && !drawn.has(at.r)) paint(at.r);
    if (held) focusCell(false);
  }

  function redraw() {
    index();
    for (const element of drawn.values()) element.remove();
    drawn.clear();
    draw();
    note();
  }

  function paint(i) {
    if (editing?.r === i) return; // it is drawn once the cell is left
    const row = rows[i];
    const waits = row.version === null || Object.keys(row.typed).length > 0;
    const element = make("div", { role: "row", class: `row${waits ? " waits" : ""}`, "aria-rowindex": i + 2, style: `top:${i * HEIGHT}px;height:${HEIGHT}px;grid-template-columns:${columns}` },
      make("span", { role: "rowheader", class: "cell number" }, waits ? `${count(i + 1)} ●` : count(i + 1)),
      ...fields.map((field, c) => {
        const wrong = Boolean(row.problem[field.name]), typed = field.name in row.typed;
        const text = shown(row, field);
        return make("span", {
          role: "gridcell", class: `${klass(field, c)}${field.computed ? " computed" : ""}${typed ? " typed" : ""}${wrong ? " wrong" : ""}`,
          "aria-colindex": c + 2, "aria-readonly": field.computed ? "true" : null, "aria-invalid": wrong ? "true" : null,
          tabindex: at.r === i && at.c === c ? 0 : -1, title: text.length > (dense ? 6 : 24) ? text : null, "data-r": i, "data-c": c,
        }, text);
      }));
    const old = drawn.get(i);
    if (old) {
      const held = old.contains(document.activeElement);
      old.replaceWith(element);
      drawn.set(i, element);
      if (held && i === at.r) focusCell(false);
    } else { body.append(element); drawn.set(i, element); }
  }

  const cellOf = (r, c) => drawn.get(r)?.children[c + 1];

  function focusCell(scroll = true) {
    const cell = cellOf(at.r, at.c);
    if (!cell) return;
    if (scroll) {
      const top = at.r * HEIGHT, high = scroller.clientHeight - head.offsetHeight;
      if (top < scroller.scrollTop) scroller.scrollTop = top;
      else if (top + HEIGHT > scroller.scrollTop + high) scroller.scrollTop = top + HEIGHT - high;
      let own = drawn.get(at.r).firstChild.offsetWidth;
      if (called >= 0 && at.c > called) own += cellOf(at.r, called).offsetWidth;
      const left = at.c === called ? widths.slice(0, called).reduce((sum, wide) => sum + wide, NUMBER) * rem : cell.offsetLeft;
      if (left - own < scroller.scrollLeft) scroller.scrollLeft = left - own;
      else if (left + cell.offsetWidth > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = left + cell.offsetWidth - scroller.clientWidth;
    }
    cell.focus({ preventScroll: true });
  }

  function go(r, c) {
    if (!rows.length) return;
    const old = cellOf(at.r, at.c);
    if (old) old.tabIndex = -1;
    at = { r: Math.min(rows.length - 1, Math.max(0, r)), c: Math.min(fields.length - 1, Math.max(0, c)) };
    const top = at.r * HEIGHT;
    if (rows.length > ALL && (top < scroller.scrollTop || top > scroller.scrollTop + scroller.clientHeight)) {
      scroller.scrollTop = Math.max(0, top - scroller.clientHeight / 2);
      draw();
    }
    if (!drawn.has(at.r)) paint(at.r);
    cellOf(at.r, at.c).tabIndex = 0;
    focusCell();
    note();
  }

  // What is wrong with a cell stands under it.
  function note(row = null, field = null) {
    if (row) noted = { row, field };
    const here = rows[at.r];
    const seen = here && here.problem[fields[at.c]?.name] ? { row: here, field: fields[at.c].name } : noted;
    body.querySelector(".note")?.remove();
    if (!seen || !seen.row.problem[seen.field] || !byId.has(seen.row.id)) return;
    const r = byId.get(seen.row.id), c = fields.findIndex((each) => each.name === seen.field);
    const cell = cellOf(r, c);
    const box = make("div", { class: "note", role: "alert", style: `top:${(r + 1) * HEIGHT + 2}px;left:${cell ? cell.offsetLeft : 0}px` }, seen.row.problem[seen.field]);
    body.append(box);
    const beyond = box.offsetLeft + box.offsetWidth - Math.max(grid.offsetWidth, scroller.clientWidth);
    if (beyond > 0) box.style.left = `${Math.max(0, box.offsetLeft - beyond)}px`;
    if (r === rows.length - 1) scroller.scrollTop = scroller.scrollHeight;
  }

  function waits() {
    const n = rows.reduce((sum, row) => sum + Object.keys(row.typed).length, 0);
    return n ? say("unsaved", { n: count(n) }) : say("saved");
  }

  // Writing a cell

  async function edit(first = null) {
    const field = fields[at.c], row = rows[at.r];
    if (!row || field.computed || editing) return;
    if (!t.who() && !(await t.person())) return focusCell();
    if (editing || rows[at.r] !== row) return;
    const base = row.typed[field.name] ?? { was: row.cells[field.name] ?? "", version: row.version };
    const now = row.typed[field.name]?.text ?? row.cells[field.name] ?? "";
    const cell = cellOf(at.r, at.c);
    let input;
    if (field.type === "choice") {
      input = make("select", {}, make("option", { value: "" }, ""), ...(choices[field.name] ?? []).map(([key, label]) => make("option", { value: key }, label)));
      input.value = now;
    } else {
      input = make(field.type === "long" ? "textarea" : "input", field.type === "long" ? { rows: 4 } : { type: "text", inputmode: ["money", "volume", "whole"].includes(field.type) ? "decimal" : "text" });
      input.value = first ?? now;
    }
    input.setAttribute("aria-label", field.label);
    input.className = "edit";
    editing = { row, field, r: at.r, input, base, now };
    cell.replaceChildren(input);
    cell.classList.add("open");
    input.focus();
    if (first === null && input.select) input.select();
    const keep = () => {
      t.draft(about(row), field.name, { text: input.value, was: base.was, version: base.version, id: row.id });
      t.line.textContent = say("typing");
    };
    if (first !== null && field.type !== "choice") keep();
    input.addEventListener("input", keep);
    input.addEventListener("blur", () => leave(true));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      const moves = { Enter: [event.shiftKey ? -1 : 1, 0], Tab: [0, event.shiftKey ? -1 : 1] }[event.key];
      if (event.key === "Enter" && event.altKey) return;
      if (event.key === "Escape") { event.preventDefault(); leave(false); focusCell(); }
      else if (moves) {
        event.preventDefault();
        leave(true);
        if (event.key === "Tab") beside(moves[1]); else go(at.r + moves[0], at.c);
      }
    });
  }

  function leave(save) {
    if (!editing) return;
    const { row, field, r, input, base, now } = editing;
    editing = null;
    const text = input.value;
    if (!save) {
      if (!(field.name in row.typed)) t.forget(about(row), field.name);
      t.line.textContent = waits();
    } else if (text !== now) {
      row.typed[field.name] = { text, was: base.was, version: base.version };
      t.draft(about(row), field.name, { text, was: base.was, version: base.version, id: row.id });
      delete row.problem[field.name];
      if (text === base.was && row.version !== null && base.version === row.version) { // as it stands
        delete row.typed[field.name];
        t.forget(about(row), field.name);
      } else send(row, field.name);
    } else if (field.name in row.typed) send(row, field.name); // once more
    else t.forget(about(row), field.name);
    const i = byId.get(row.id) ?? r;
    if (drawn.has(r) && i !== r) { drawn.get(r).remove(); drawn.delete(r); }
    paint(i);
    note();
  }

  // One message after the other for a row, so that each knows what the one before did.
  function send(row, name) {
    row.busy = (row.busy ?? Promise.resolve()).then(() => write(row, name));
    return row.busy;
  }

  async function write(row, name) {
    const typed = row.typed[name];
    if (!typed) return;
    if (row.version === null) return create(row);
    t.line.textContent = say("saving");
    const settled = (answer) => settle(row, { [name]: typed }, answer);
    const late = (answer) => (answer.error ? refuse(row, name, answer) : (t.calm(), settled(answer)));
    try {
      settled(await t.ask({ do: "change", id: row.id, version: typed.version ?? row.version, values: { [name]: typed.text }, was: { [name]: typed.was ?? "" } }, { late }));
    } catch (error) { await refuse(row, name, error); }
  }

  async function create(row) {
    const lacking = required.filter((each) => !row.typed[each.name]?.text);
    if (lacking.length) {
      t.line.textContent = say("new_row", { fields: lacking.map((each) => each.label).join(", ") });
      return;
    }
    t.line.textContent = say("saving");
    const typed = { ...row.typed };
    const values = Object.fromEntries(Object.entries(typed).map(([name, each]) => [name, each.text]));
    const settled = (answer) => { t.forgetAll("new"); settle(row, typed, answer); };
    const late = (answer) => (answer.error ? refuse(row, required[0]?.name ?? fields[0].name, answer) : (t.calm(), settled(answer)));
    try { settled(await t.ask({ do: "add", id: row.id, values }, { late })); }
    catch (error) {
      const which = fields.find((each) => error.message?.startsWith(`${each.label}:`));
      await refuse(row, (which ?? required[0] ?? fields[0]).name, error);
    }
  }

  function settle(row, typed, answer) {
    for (const [name, each] of Object.entries(typed)) {
      if (row.typed[name] === each) { delete row.typed[name]; t.forget(about(row), name); }
      delete row.problem[name];
    }
    apply(answer);
    t.line.textContent = waits();
    if (answer.notice) t.alertLine(answer.notice);
  }

  async function refuse(row, name, error) {
    t.line.textContent = waits();
    if (error.code === "changed_meanwhile" && error.problems?.length) {
      const clash = error.problems[0], typed = row.typed[name];
      const { value } = await t.conflict(clash);
      if (value === "mine" && typed) {
        row.typed[name] = { ...typed, was: clash.theirs, version: clash.version };
        send(row, name);
      } else if (value === "theirs") {
        delete row.typed[name];
        delete row.problem[name];
        t.forget(about(row), name);
        row.cells[name] = clash.theirs;
        t.line.textContent = waits();
      } else row.problem[name] = clash.says;
    } else if (error instanceof Lost) t.lost();
    else if (AGAIN.includes(error.code)) t.alertLine(t.told(error) || error.error, [], [[say("put_back"), again]]);
    else row.problem[name] = t.told(error) || error.error;
    if (byId.has(row.id)) paint(byId.get(row.id));
    note(row, name);
  }

  // All that waits goes out once more.
  function again() {
    t.calm();
    for (const row of rows) for (const name of Object.keys(row.typed)) send(row, name);
  }

  // What Python says of rows: fresh ones, those that are gone, the sum.
  function apply(answer) {
    let moved = false;
    for (const each of answer.rows ?? []) {
      const i = byId.get(each.id);
      if (i === undefined || rows[i].version === null) moved = true;
      if (i === undefined) { rows.push({ typed: {}, problem: {}, ...each }); byId.set(each.id, rows.length - 1); }
      else {
        const old = rows[i];
        if (old.version === each.version) continue;
        Object.assign(old, each);
        if (!moved) paint(i);
      }
    }
    for (const id of answer.gone ?? []) {
      const i = rows.findIndex((row) => row.id === id);
      if (i < 0 || rows[i].version === null) continue;
      rows.splice(i, 1);
      moved = true;
    }
    if (answer.choices) {
      choices = answer.choices;
      labels = Object.fromEntries(Object.entries(choices).map(([name, list]) => [name, new Map(list)]));
    }
    if (moved) {
      const here = editing?.row ?? rows[at.r];
      if (editing) { index(); } else redraw();
      const i = byId.get(here?.id);
      if (i !== undefined && i !== at.r && editing) at.r = i;
    }
    if (answer.status) total.textContent = answer.status;
  }

  async function insert() {
    if (editing) leave(true);
    if (!t.who() && !(await t.person())) return;
    if (!rows.length || rows.at(-1).version !== null) {
      rows.push({ id: uuid7(), version: null, cells: {}, typed: {}, problem: {} });
      redraw();
    }
    t.line.textContent = say("new_row", { fields: required.map((each) => each.label).join(", ") });
    go(rows.length - 1, 0);
  }

  async function clear() {
    const field = fields[at.c], row = rows[at.r];
    if (field.computed || shown(row, field) === "") return;
    if (!t.who() && !(await t.person())) return;
    const base = row.typed[field.name] ?? { was: row.cells[field.name] ?? "", version: row.version };
    row.typed[field.name] = { ...base, text: "" };
    t.draft(about(row), field.name, { ...row.typed[field.name], id: row.id });
    paint(at.r);
    send(row, field.name);
  }

  async function end() {
    const row = rows[at.r];
    if (!row) return;
    if (row.version === null) {
      t.forgetAll("new");
      t.ask({ do: "forget", about: "new" }).catch(() => {});
      rows.splice(at.r, 1);
      redraw();
      return go(at.r, at.c);
    }
    if (!t.who() && !(await t.person())) return;
    try {
      const { hanging, also } = await t.ask({ do: "hanging", id: row.id });
      const { value } = await t.question(say(hanging.length ? "end_these" : "end_this"), {
        list: hanging, buttons: [["end", say(hanging.length ? "end_all" : "end"), true], [null, say("cancel")]],
      });
      if (value) apply(await t.ask({ do: "end", id: row.id, version: row.version, also }));
    } catch (error) { t.failed(error); }
    go(at.r, at.c);
  }

  async function undo() {
    if (!t.who() && !(await t.person())) return;
    t.line.textContent = say("saving");
    try {
      apply(await t.ask({ do: "undo" }, { late: (answer) => !answer.error && apply(answer) }));
      t.line.textContent = say("undone");
      t.calm();
    } catch (error) { t.line.textContent = ""; t.failed(error); }
    go(at.r, at.c);
  }

  async function paste(text) {
    const block = blockOf(text), from = { ...at };
    if (!t.who() && !(await t.person())) return;
    const width = Math.max(...block.map((each) => each.length));
    const names = fields.slice(from.c, from.c + width).map((each) => each.name);
    const targets = block.map((_, i) => {
      const row = rows[from.r + i];
      if (!row) return { id: uuid7(), version: null };
      return { id: row.id, version: row.version, was: Object.fromEntries(names.map((name) => [name, row.cells[name] ?? ""])) };
    });
    put({ field: fields[from.c].name, rows: targets, block });
  }

  // A block goes out, and stays in this browser until Python says what became of it.
  async function put(message, offered = null) {
    const { field, rows: targets, block } = message;
    const c = fields.findIndex((each) => each.name === field);
    const width = Math.max(...block.map((each) => each.length));
    const names = fields.slice(c, c + width).map((each) => each.name);
    const first = byId.get(targets[0].id) ?? rows.length;
    const stays = t.keepBlock(message);
    t.line.textContent = say("saving");
    const done = (answer) => {
      t.calm();
      t.dropBlock(message);
      offered?.remove();
      for (const { id } of targets) {
        const row = rows[byId.get(id)];
        if (!row) continue;
        for (const name of row.version === null ? Object.keys(row.typed) : names) {
          delete row.typed[name];
          delete row.problem[name];
          t.forget(about(row), name);
        }
      }
      apply(answer);
      redraw();
      t.line.textContent = answer.said;
      go(byId.get(targets[0].id) ?? first, c);
    };
    const refused = (error) => {
      t.line.textContent = "";
      if (AGAIN.includes(error.code)) return t.alertLine(t.told(error), [], [[say("put_back"), () => { t.calm(); put(message, offered); }]]);
      if (!offered) t.dropBlock(message); // the sheet is still at hand
      for (const each of error.problems ?? []) if (each.row !== undefined) each.shown = count(first + each.row + 1);
      t.failed(error);
      const bad = (error.problems ?? []).find((each) => each.field);
      if (bad) go(first + bad.row, fields.findIndex((each) => each.name === bad.field));
    };
    const late = (answer) => (answer.error ? refused(Object.assign(new Error(answer.error), answer)) : done(answer));
    try { done(await t.ask({ do: "paste", field, rows: targets, block }, { late })); }
    catch (error) {
      if (!(error instanceof Lost)) return refused(error);
      t.line.textContent = "";
      t.alertLine(say(stays ? "lost_block" : "lost_block_gone"), [], [[say("reload"), () => location.reload()]]);
    }
  }

  // Blocks of which this browser never heard what became of them.
  function offerBlocks() {
    for (const message of t.blocks()) {
      const { rows: targets, block } = message;
      if (targets.every((each) => each.version === null && byId.has(each.id))) { // it stands
        t.dropBlock(message);
        continue;
      }
      const at = new Date(message.at).toLocaleString(setup.language === "id" ? "id-ID" : "en-GB", { dateStyle: "long", timeStyle: "short" });
      const box = make("div", { class: "warning", role: "alert", "data-block": true },
        make("p", {}, say("kept_block", { who: t.who(), n: count(block.length), at })),
        make("ul", {}, ...block.slice(0, 3).map((each) => make("li", {}, each.filter(Boolean).join(" · "))),
          ...(block.length > 3 ? [make("li", {}, say("problem_more", { n: count(block.length - 3) }))] : [])),
        make("button", { type: "button", onclick: () => put(message, box) }, say("put_back")),
        make("button", { type: "button", onclick: () => { t.dropBlock(message); box.remove(); } }, say("drop")));
      offers.append(box);
    }
  }

  // Tab goes on in the next row, and out of the grid at its ends.
  function beside(step) {
    const c = at.c + step;
    if (c >= fields.length) { if (at.r + 1 < rows.length) go(at.r + 1, 0); else insertButton.focus(); }
    else if (c < 0) { if (at.r > 0) go(at.r - 1, fields.length - 1); else return false; }
    else go(at.r, c);
    return true;
  }

  body.addEventListener("keydown", (event) => {
    if (editing || event.isComposing || !rows.length) return;
    const page = Math.max(1, Math.floor(scroller.clientHeight / HEIGHT) - 2), command = event.ctrlKey || event.metaKey;
    const moves = {
      ArrowUp: [at.r - 1, at.c], ArrowDown: [at.r + 1, at.c], ArrowLeft: [at.r, at.c - 1], ArrowRight: [at.r, at.c + 1],
      PageUp: [at.r - page, at.c], PageDown: [at.r + page, at.c],
      Home: [command ? 0 : at.r, 0], End: [command ? rows.length - 1 : at.r, fields.length - 1],
    }[event.key];
    let mine = true;
    if (moves && !event.altKey) go(...moves);
    else if (event.key === "Tab") mine = beside(event.shiftKey ? -1 : 1);
    else if (event.key === "Enter" || event.key === "F2") edit();
    else if (event.key === "Escape") insertButton.focus();
    else if (event.key === "Insert") insert();
    else if (event.key === "Delete") { if (command) end(); else clear(); }
    else if (event.key === "Backspace") edit("");
    else if (command && event.key.toLowerCase() === "z" && !event.shiftKey) undo();
    else if (event.key.length === 1 && !command && !event.altKey) edit(event.key);
    else mine = false;
    if (mine) event.preventDefault();
    event.stopPropagation();
  });
  body.addEventListener("mousedown", (event) => {
    const cell = event.target.closest?.("[data-r]");
    if (!cell || event.target.closest(".edit")) return;
    const r = Number(cell.dataset.r), c = Number(cell.dataset.c);
    event.preventDefault();
    if (editing) leave(true);
    const again = r === at.r && c === at.c && cell === document.activeElement;
    go(r, c);
    if (again || event.detail > 1) edit();
  });
  body.addEventListener("paste", (event) => {
    if (editing || !rows.length) return;
    event.preventDefault();
    event.stopPropagation();
    paste(event.clipboardData.getData("text/plain"));
  });
  body.addEventListener("copy", (event) => {
    if (editing || !rows.length) return;
    event.preventDefault();
    event.clipboardData.setData("text/plain", shown(rows[at.r], fields[at.c]));
  });
  // a first block may be pasted where there is no row yet
  insertButton.addEventListener("paste", (event) => {
    event.preventDefault();
    at = { r: rows.length, c: 0 };
    paste(event.clipboardData.getData("text/plain"));
  });
  let frame = 0;
  scroller.addEventListener("scroll", () => {
    if (rows.length <= ALL || frame) return;
    frame = requestAnimationFrame(() => { frame = 0; draw(); });
  });

  function putBack(values) {
    for (const { about: of, field, text, was, version, id } of values) {
      let row = rows[byId.get(of)];
      if (of === "new") {
        row = rows.find((each) => each.version === null);
        if (!row) { row = { id: id ?? uuid7(), version: null, cells: {}, typed: {}, problem: {} }; rows.push(row); index(); }
      }
      if (!row || !fields.some((each) => each.name === field)) continue;
      row.typed[field] = { text, was: was ?? "", version: of === "new" ? null : version };
      send(row, field);
    }
    redraw();
  }
  function offered(found) {
    for (const [of, content] of found) {
      const row = rows[byId.get(of)];
      for (const [field, value] of Object.entries(content)) {
        const stands = row ? row.cells[field] === value.text : of !== "new" || !value.text;
        if (stands) { delete content[field]; t.forget(of, field); }
      }
    }
    offer(t, found, ({ about: of, field, text }) => {
      const label = fields.find((each) => each.name === field)?.label ?? field;
      return `${of === "new" ? say("insert") : `${say("row")} ${count(byId.get(of) + 1)}`}, ${label}: ${text || say("empty")}`;
    }, putBack, (abouts) => abouts.forEach((of) => { t.forgetAll(of); t.ask({ do: "forget", about: of }).catch(() => {}); }));
  }

  (async () => {
    const answer = await t.start();
    apply(answer);
    redraw();
    offered(t.unsaved(rows.map((row) => row.id), answer.drafts));
    offerBlocks();
    t.watch(answer.mark, apply);
  })().catch(() => {});

  return () => { t.end(); root.remove(); };
}

export default { render };
