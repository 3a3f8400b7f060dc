// A form for one row; what is typed is kept, and saved by a button or Ctrl+Enter.

function render({ model, el }) {
  const root = make("form", { class: "sepakat-editor", "data-lm-suppress-shortcuts": "true", "data-editor": "form", lang: model.get("setup").language, novalidate: true });
  const t = talk(model, root);
  const { setup, say } = t;
  const own = uuid7();
  let row = null, id = uuid7(), clean = {}, saving = false;
  const inputs = {}, errors = {};

  const parts = setup.fields.map((field) => {
    const name = `${own}-${field.name}`;
    const attributes = { id: name, name: field.name, "aria-describedby": `${name}-error`, "aria-required": field.required ? "true" : null, autocomplete: "off" };
    let input;
    if (field.type === "choice") input = make("select", attributes);
    else if (field.type === "long") input = make("textarea", { ...attributes, rows: 3 });
    else input = make("input", { ...attributes, type: "text", class: field.type, inputmode: ["money", "volume", "whole"].includes(field.type) ? "decimal" : "text" });
    if (field.computed) input.setAttribute("disabled", "");
    input.addEventListener("input", () => {
      keep(field.name);
      t.line.textContent = say("typing");
    });
    inputs[field.name] = input;
    errors[field.name] = make("p", { class: "error", id: `${name}-error`, hidden: true });
    return make("div", { class: `field ${field.type}` },
      make("label", { for: name }, field.label, field.required ? make("small", {}, ` ${say("required")}`) : null),
      input, errors[field.name]);
  });
  const button = make("button", { type: "submit", class: "strong" }, say("save"));
  const undoButton = make("button", { type: "button", title: say("undo"), onclick: () => undo() }, say("undo_short"));
  root.append(t.warning, make("h3", {}, setup.title), ...parts,
    make("div", { class: "tools" }, button, undoButton, t.line), make("p", { class: "hint" }, say("save_keys")), t.foot);
  el.append(root);

  const about = () => (row ? row.id : "new");
  function keep(name) {
    if (!t.who()) return; // the name is asked when the first field is entered
    t.draft(about(), name, { text: inputs[name].value, was: clean[name] ?? "", version: row?.version ?? null, id });
  }
  function fill(values) {
    clean = { ...values };
    for (const [name, input] of Object.entries(inputs)) input.value = values[name] ?? "";
  }
  function offerChoices(choices) {
    for (const [name, list] of Object.entries(choices)) {
      const select = inputs[name], now = select.value;
      select.replaceChildren(make("option", { value: "" }, ""), ...list.map(([key, label]) => make("option", { value: key }, label)));
      select.value = now;
    }
  }
  function show(fresh) {
    row = fresh;
    fill(row ? row.cells : setup.begins);
  }
  function wrong(name, text) {
    errors[name].textContent = text;
    errors[name].hidden = !text;
    if (text) inputs[name].setAttribute("aria-invalid", "true"); else inputs[name].removeAttribute("aria-invalid");
  }

  async function save() {
    if (saving) return;
    if (!t.who() && !(await t.person())) return;
    saving = true;
    Object.keys(inputs).forEach((name) => { keep(name); wrong(name, ""); });
    t.line.textContent = say("saving");
    const values = Object.fromEntries(setup.fields.filter((each) => !each.computed).map((each) => [each.name, inputs[each.name].value]));
    const typed = row ? Object.fromEntries(Object.entries(values).filter(([name, text]) => text !== (clean[name] ?? ""))) : values;
    const done = (answer) => {
      t.calm();
      t.forgetAll(about());
      if (setup.adds) { show(null); id = uuid7(); } else show(answer.rows[0] ?? row);
      t.line.textContent = `${say("saved")} ${answer.status ?? ""}`;
      if (answer.notice) t.alertLine(answer.notice);
    };
    try {
      done(await t.ask({ do: "save", id: row ? row.id : id, version: row ? row.version : null, values: typed, was: clean }, { late: (answer) => (answer.error ? t.failed(Object.assign(new Error(answer.error), answer)) : done(answer)) }));
      saving = false;
    } catch (error) {
      saving = false;
      t.line.textContent = "";
      await refuse(error);
    }
  }

  async function refuse(error) {
    if (error.code === "changed_meanwhile" && error.problems?.length) {
      for (const clash of error.problems) {
        const { value } = await t.conflict(clash);
        if (value === null) return;
        if (value === "theirs") inputs[clash.field].value = clash.theirs;
        clean[clash.field] = clash.theirs;
        row = { ...row, version: clash.version };
      }
      return save();
    }
    if (error.code !== "bad_form") return t.failed(error);
    t.alertLine(t.told(error));
    for (const { field, why } of error.problems) wrong(field, why);
    inputs[error.problems[0].field].focus();
  }

  async function undo() {
    try {
      const answer = await t.ask({ do: "undo" });
      if (!setup.adds && answer.rows[0]) show(answer.rows[0]);
      t.line.textContent = say("undone");
      t.calm();
    } catch (error) { t.failed(error); }
  }

  root.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
  });
  let asked = false;
  root.addEventListener("focusin", (event) => {
    if (asked || t.who() || !(event.target.name in inputs)) return;
    asked = true;
    setTimeout(() => t.person()); // once the field has the focus, so that it gets it back
  });

  (async () => {
    const answer = await t.start();
    offerChoices(answer.choices);
    show(setup.adds ? null : (answer.rows[0] ?? null));
    const found = t.unsaved(row ? [row.id] : [], answer.drafts.filter((each) => each.about === about()));
    for (const of of [...found.keys()]) if (of !== about()) found.delete(of);
    for (const content of found.values())
      for (const [name, value] of Object.entries(content))
        if (!(name in inputs) || value.text === (clean[name] ?? "")) delete content[name];
    offer(t, found, ({ field, text }) => `${setup.fields.find((each) => each.name === field)?.label ?? field}: ${text || say("empty")}`,
      (values) => {
        for (const { field, text, was, version, id: before } of values) {
          inputs[field].value = text;
          clean[field] = was ?? clean[field];
          if (!row && before) id = before;
          if (row && version) row = { ...row, version: Math.min(row.version, version) };
        }
        save();
      },
      (abouts) => abouts.forEach((of) => { t.forgetAll(of); t.ask({ do: "forget", about: of }).catch(() => {}); }));
    t.watch(answer.mark, (news) => { if (news.choices) offerChoices(news.choices); });
  })().catch(() => {});

  return () => { t.end(); root.remove(); };
}

export default { render };
