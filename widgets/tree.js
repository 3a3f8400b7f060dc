// A problem tree as role=tree: moved, named and ended by keys, and by buttons.

function render({ model, el }) {
  const root = make("div", { class: "sepakat-editor", "data-lm-suppress-shortcuts": "true", "data-editor": "tree", lang: model.get("setup").language });
  const t = talk(model, root);
  const { setup, say, count } = t;
  let rows = new Map(), chosen = null, editing = false;
  const folded = new Set();
  const library = new Map(setup.suggestions.map((each) => [each.code, each]));
  const tree = make("ul", { role: "tree", "aria-label": setup.title });
  const empty = make("p", { class: "empty", hidden: true }, say("no_causes"));
  const buttons = {};
  const tool = (key, act) => (buttons[key] = make("button", { type: "button", title: say(key), onclick: act }, say(`${key}_short`)));
  const suggestions = make("details", { class: "suggestions" }, make("summary", {}, say("suggestions")), make("ul", {}));
  root.append(t.warning, make("h3", {}, setup.title), tree, empty,
    make("div", { class: "tools" },
      tool("add_top", () => add(null)), tool("add_cause", () => add(chosen)), tool("rename", () => rename()),
      tool("move_up", () => move("up")), tool("move_down", () => move("down")), tool("move_in", () => move("in")), tool("move_out", () => move("out")),
      tool("end", () => end()), tool("undo", () => undo()), t.line),
    setup.suggestions.length ? suggestions : "", t.foot,
    make("details", {}, make("summary", {}, say("help")), make("p", {}, say("help_tree"))));
  el.append(root);

  const below = (above) => [...rows.values()]
    .filter((row) => (rows.has(row.above) ? row.above : "") === above)
    .sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
  function inOrder(above = "", level = 1) {
    return below(above).flatMap((row) => [{ row, level }, ...(folded.has(row.id) ? [] : inOrder(row.id, level + 1))]);
  }

  function item(row, level, n, of) {
    const under = below(row.id);
    const says = library.get(row.library)?.says;
    const label = make("span", { class: "label" }, make("span", { class: "title" }, row.cells.title),
      make("small", { class: "side" }, say(`side_${row.cells.side}`)), says ? make("small", { class: "says" }, says) : null);
    const made = make("li", {
      role: "treeitem", "data-id": row.id, "aria-level": level, "aria-posinset": n, "aria-setsize": of, "aria-selected": String(row.id === chosen),
      "aria-expanded": under.length ? String(!folded.has(row.id)) : null, tabindex: row.id === chosen ? 0 : -1, "aria-label": `${row.cells.title}, ${say(`side_${row.cells.side}`)}`,
    }, label);
    if (under.length && !folded.has(row.id))
      made.append(make("ul", { role: "group" }, ...under.map((each, i) => item(each, level + 1, i + 1, under.length))));
    return made;
  }

  function draw(focus = false) {
    if (!rows.has(chosen)) chosen = below("")[0]?.id ?? null;
    const top = below("");
    tree.replaceChildren(...top.map((row, i) => item(row, 1, i + 1, top.length)));
    empty.hidden = top.length > 0;
    for (const key of ["add_cause", "rename", "move_up", "move_down", "move_in", "move_out", "end"]) buttons[key].disabled = !chosen;
    const used = new Set([...rows.values()].map((row) => row.library));
    const open = setup.suggestions.filter((each) => !used.has(each.code));
    suggestions.hidden = !open.length;
    suggestions.querySelector("ul").replaceChildren(...open.map((each) =>
      make("li", { class: each.says ? "" : "grey" },
        make("button", { type: "button", "aria-label": `${say("add_this")}: ${each.title}`, onclick: () => write({ do: "add", id: uuid7(), values: { title: each.title, side: each.side }, library: each.code }) }, say("add_this")),
        make("span", {}, each.title), make("small", { class: "side" }, say(`side_${each.side}`)), each.says ? make("small", { class: "says" }, each.says) : null)));
    if (focus) at(chosen)?.focus();
  }
  const at = (id) => (id ? tree.querySelector(`[data-id="${id}"]`) : null);
  function choose(id) { chosen = id; draw(true); }

  function apply(answer) {
    for (const row of answer.rows ?? []) rows.set(row.id, row);
    for (const id of answer.gone ?? []) rows.delete(id);
    if (!editing && ((answer.rows ?? []).length || (answer.gone ?? []).length)) draw(tree.contains(document.activeElement));
  }

  // A message that writes; what goes wrong is told, and gives false.
  async function write(message, about = null) {
    if (!t.who() && !(await t.person())) return false;
    t.line.textContent = say("saving");
    const done = (answer) => {
      if (about) t.forgetAll(about);
      apply(answer);
      t.line.textContent = say("saved");
      if (answer.notice) t.alertLine(answer.notice);
    };
    try {
      t.calm();
      done(await t.ask(message, { late: (answer) => (answer.error ? t.failed(Object.assign(new Error(answer.error), answer)) : (t.calm(), done(answer))) }));
      return true;
    } catch (error) {
      t.line.textContent = "";
      if (error.code !== "changed_meanwhile" || !error.problems?.length) { t.failed(error); return false; }
      const was = { ...message.was };
      const values = { ...message.values };
      let version = message.version;
      for (const clash of error.problems) {
        const { value } = await t.conflict(clash);
        if (value === null) return false;
        version = clash.version;
        was[clash.field] = clash.theirs;
        if (value === "theirs") { values[clash.field] = clash.theirs; }
      }
      return write({ ...message, version, values, was }, about);
    }
  }

  // A title and a side, typed in place; null where the person leaves it.
  function typeIn(host, about, base, first) {
    editing = true;
    return new Promise((resolve) => {
      const input = make("input", { type: "text", "aria-label": say("cause"), value: first.title ?? base.title ?? "", autocomplete: "off" });
      const side = make("select", { "aria-label": say("side") }, ...["supply", "use"].map((each) => make("option", { value: each }, say(`side_${each}`))));
      side.value = first.side ?? base.side ?? "supply";
      const close = (value) => { editing = false; box.remove(); resolve(value); };
      const values = () => ({ title: input.value, side: side.value });
      const box = make("span", { class: "typing" }, input, side,
        make("button", { type: "button", class: "strong", onclick: () => close(values()) }, say("save")),
        make("button", { type: "button", onclick: () => close(null) }, say("cancel")));
      const keep = () => {
        for (const [name, text] of Object.entries(values()))
          t.draft(about, name, { text, was: base[name] ?? "", version: base.version ?? null, id: base.id, above: base.above ?? "" });
        t.line.textContent = say("typing");
      };
      input.addEventListener("input", keep);
      side.addEventListener("change", keep);
      box.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.isComposing) return;
        if (event.key === "Enter" && event.target.tagName !== "BUTTON") { event.preventDefault(); close(values()); }
        if (event.key === "Escape") { event.preventDefault(); close(null); }
      });
      host.append(box);
      input.focus();
      input.select();
    });
  }
  function unwanted(about) {
    t.forgetAll(about);
    t.ask({ do: "forget", about }).catch(() => {});
    t.line.textContent = "";
  }

  async function add(above, first = {}, id = uuid7()) {
    if (editing || (!t.who() && !(await t.person()))) return;
    let host = at(above);
    if (above) { folded.delete(above); draw(); host = at(above); }
    const row = make("li", { role: "none", class: "fresh" });
    if (host) { let group = host.querySelector(":scope > ul"); if (!group) host.append((group = make("ul", { role: "group" }))); group.append(row); }
    else tree.append(row);
    let typed = await typeIn(row, "new", { id, above: above ?? "", side: rows.get(above)?.cells.side }, first);
    row.remove();
    if (!typed) { unwanted("new"); return draw(true); }
    if (await write({ do: "add", id, above, values: typed }, "new")) choose(id);
    else { draw(); add(above, typed, id); }
  }

  async function rename(first = {}, from = null) {
    const row = rows.get(chosen);
    if (!row || editing || (!t.who() && !(await t.person()))) return;
    const base = from ?? { ...row.cells, version: row.version };
    const label = at(row.id).querySelector(":scope > .label");
    label.hidden = true;
    const host = make("span");
    label.after(host);
    const typed = await typeIn(host, row.id, base, first);
    host.remove();
    label.hidden = false;
    if (!typed) { unwanted(row.id); return draw(true); }
    const values = Object.fromEntries(Object.entries(typed).filter(([name, text]) => text !== base[name]));
    const was = Object.fromEntries(Object.keys(values).map((name) => [name, base[name]]));
    if (!Object.keys(values).length) unwanted(row.id);
    else if (!(await write({ do: "change", id: row.id, version: base.version, values, was }, row.id))) { draw(); return rename(typed, base); }
    draw(true);
  }

  async function move(way) {
    if (chosen && !editing) await write({ do: "move", id: chosen, way });
    draw(true);
  }

  async function end() {
    const row = rows.get(chosen);
    if (!row || editing || (!t.who() && !(await t.person()))) return;
    try {
      const { hanging, also } = await t.ask({ do: "hanging", id: row.id });
      const { value } = await t.question(say(hanging.length ? "end_these" : "end_this"), {
        list: [row.cells.title, ...hanging], buttons: [["end", say(hanging.length ? "end_all" : "end"), true], [null, say("cancel")]],
      });
      if (value) {
        const answer = await t.ask({ do: "end", id: row.id, version: row.version, also });
        chosen = row.above || null;
        apply({ ...answer, gone: [...answer.gone, ...also] });
        t.line.textContent = say("saved");
      }
    } catch (error) { t.failed(error); }
    draw(true);
  }
  async function undo() {
    if (editing) return;
    try { apply(await t.ask({ do: "undo" })); t.line.textContent = say("undone"); t.calm(); }
    catch (error) { t.failed(error); }
    draw(true);
  }

  tree.addEventListener("keydown", (event) => {
    if (editing || !chosen) return;
    const list = inOrder().map((each) => each.row), i = list.findIndex((row) => row.id === chosen);
    const row = rows.get(chosen), under = below(chosen);
    let mine = true;
    if (event.altKey) {
      const way = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" }[event.key];
      if (way) move(way); else mine = false;
    } else if (event.key === "ArrowDown") { if (list[i + 1]) choose(list[i + 1].id); }
    else if (event.key === "ArrowUp") { if (list[i - 1]) choose(list[i - 1].id); }
    else if (event.key === "Home") choose(list[0].id);
    else if (event.key === "End") choose(list.at(-1).id);
    else if (event.key === "ArrowRight") { if (folded.delete(chosen)) draw(true); else if (under.length) choose(under[0].id); }
    else if (event.key === "ArrowLeft") { if (under.length && !folded.has(chosen)) { folded.add(chosen); draw(true); } else if (rows.has(row.above)) choose(row.above); }
    else if (event.key === "F2" || event.key === "Enter") rename();
    else if (event.key === "Insert") add(chosen);
    else if (event.key === "Delete") end();
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") undo();
    else mine = false;
    if (mine) event.preventDefault();
    event.stopPropagation();
  });
  tree.addEventListener("click", (event) => {
    const hit = event.target.closest?.("[role=treeitem]");
    if (!hit || editing || event.target.closest(".typing")) return;
    if (event.detail > 1) return rename();
    choose(hit.dataset.id);
  });

  (async () => {
    const answer = await t.start();
    apply(answer);
    draw();
    const found = t.unsaved([...rows.keys()], answer.drafts);
    for (const [of, content] of found) {
      const row = rows.get(of);
      for (const [name, value] of Object.entries(content))
        if ((row && row.cells[name] === value.text) || (!row && of !== "new") || (of === "new" && !content.title?.text)) delete content[name];
    }
    for (const [of, content] of found) if (!Object.keys(content).length) found.delete(of);
    offer(t, found, ({ field, text }) => `${say(field === "side" ? "side" : "cause")}: ${field === "side" ? say(`side_${text}`) : text}`,
      () => {
        const [of, content] = found.entries().next().value;
        const typed = Object.fromEntries(Object.entries(content).map(([name, each]) => [name, each.text]));
        const one = Object.values(content)[0];
        if (of === "new") add(rows.has(one.above) ? one.above : null, typed, one.id ?? uuid7());
        else {
          chosen = of;
          const seen = Object.fromEntries(Object.entries(content).map(([name, each]) => [name, each.was]));
          draw();
          rename(typed, { ...rows.get(of).cells, ...seen, version: one.version });
        }
      },
      (abouts) => abouts.forEach(unwanted));
    t.watch(answer.mark, apply);
  })().catch(() => {});

  return () => { t.end(); root.remove(); };
}

export default { render };
