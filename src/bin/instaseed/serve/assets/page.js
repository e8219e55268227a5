// The page of the course: saves while you type, posts the form without a reload, and shows what other programs change.
// Everything works without this file, with a reload for each press.

const form = document.getElementById("answer");
if (form) start();

function start() {
    const id = document.querySelector("main").dataset.exercise;
    const field = document.getElementById("sql");
    const saved = document.getElementById("saved");
    const token = form.elements.token.value;
    const address = `/x/${id}/answer`;
    const to = (verb) => `/x/${id}/${verb}`;
    const pause = 500;
    // The text that the file has, as far as this page knows.
    let kept = field.value;
    let editor = null;
    let timer = 0;
    // One request at a time, in the order of the presses: each is about the version that the one before it has left.
    let queue = Promise.resolve();

    const text = () => (editor ? editor.state.doc.toString() : field.value);
    const base = () => form.elements.base.value;
    const isDirty = () => text() !== kept;
    const isAsking = () => document.querySelector("#notice [name=over]") !== null;

    function replace(wanted) {
        if (!editor) field.value = wanted;
        else if (wanted !== text()) {
            const at = Math.min(editor.state.selection.main.head, wanted.length);
            editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: wanted }, selection: { anchor: at } });
        }
    }

    function setBase(digest, wanted) {
        form.elements.base.value = digest;
        kept = wanted;
    }

    function say(words) {
        saved.textContent = words;
    }

    function later(work) {
        queue = queue.then(work).catch(() => say("The program does not answer. Is it still running in the terminal?"));
        return queue;
    }

    function typed() {
        clearTimeout(timer);
        if (!isDirty() || isAsking()) return;
        say("");
        timer = setTimeout(() => later(save), pause);
    }

    async function save() {
        const sent = text();
        if (sent === kept || isAsking()) return;
        say("Saving");
        const response = await put(sent);
        if (response.status === 412) {
            await post(to("save"));
        } else if (response.ok) {
            setBase(tag(response), sent);
            say("Saved");
        } else {
            say(`Not saved: ${await response.text()}`);
        }
    }

    const put = (sent) =>
        fetch(address, {
            method: "PUT",
            headers: { "If-Match": `"${base()}"`, "X-Instaseed-Token": token, "Content-Type": "text/plain" },
            body: sent,
            keepalive: sent.length < 30000,
        });

    const tag = (response) => (response.headers.get("ETag") || "").replaceAll('"', "");

    // Posts the form as a press of a button does, and puts the parts of the new page in their places.
    async function post(action, extra = {}) {
        clearTimeout(timer);
        const sent = text();
        field.value = sent;
        const fields = new URLSearchParams(new FormData(form));
        for (const [name, value] of Object.entries(extra)) fields.set(name, value);
        const verdict = document.getElementById("verdict");
        verdict.setAttribute("aria-busy", "true");
        try {
            const response = await fetch(action, { method: "POST", body: fields });
            const page = new DOMParser().parseFromString(await response.text(), "text/html");
            if (!page.getElementById("answer")) {
                say(page.body.textContent.trim().slice(0, 300));
                return;
            }
            const wanted = page.getElementById("sql").value;
            const isMine = wanted === sent;
            // What was typed meanwhile wins.
            const isStill = text() === sent;
            show(page, action);
            if (!isMine && isStill) replace(wanted);
            if (!isAsking()) kept = isMine ? sent : wanted;
            say("");
            if (isDirty()) typed();
        } finally {
            verdict.removeAttribute("aria-busy");
        }
    }

    function show(page, action) {
        const focused = document.activeElement;
        const inside = focused && focused.closest("[data-part]");
        const name = focused && (focused.value || focused.textContent);
        const verb = action.split("/").pop();
        for (const part of page.querySelectorAll("[data-part]")) {
            const old = document.getElementById(part.id);
            const isQuiet = ["found", "said"].includes(part.id) && !["check", "run", "steps"].includes(verb) && part.innerHTML === "";
            const isKept = ["expected", "solution"].includes(part.id) && isShorter(part, old);
            const isPeek = part.id === "tables" && verb !== "look";
            if (old && !isQuiet && !isKept && !isPeek && old.innerHTML !== part.innerHTML) old.innerHTML = part.innerHTML;
        }
        const [verdict, fresh] = [document.getElementById("verdict"), page.getElementById("verdict")];
        if (document.getElementById("said").innerHTML === fresh.querySelector("#said").innerHTML) verdict.className = fresh.className;
        const [bar, counted] = [document.getElementById("progress"), page.getElementById("progress")];
        if (bar.innerHTML !== counted.innerHTML) bar.innerHTML = counted.innerHTML;
        // A button that was replaced by its like keeps the focus; where there is none, the part has it.
        if (inside && !document.contains(focused)) {
            const part = document.getElementById(inside.id);
            const like = [...part.querySelectorAll("button, summary")].find((one) => (one.value || one.textContent) === name);
            const next = like || part.querySelector("details[open] summary, button, pre, [tabindex]");
            if (next) next.focus();
            else focus();
        }
    }

    // Rows and a solution that were shown stay when another button is pressed.
    const isShorter = (part, old) => old.querySelector("table, pre") !== null && part.querySelector("table, pre") === null;

    const focus = () => (editor || field).focus();

    form.addEventListener("submit", (event) => {
        event.preventDefault();
        press(event.submitter);
    });

    function press(button) {
        // What is behind # leads to the answer where there is no script.
        const action = (button && button.hasAttribute("formaction") ? button.formAction : form.action).split("#")[0];
        const extra = button && button.name ? { [button.name]: button.value } : {};
        if (/\/run$/.test(action)) extra.part = chosen();
        later(() => post(action, extra)).then(() => {
            const verb = action.split("/").pop();
            if (["run", "check", "steps"].includes(verb)) {
                const box = document.getElementById("verdict").getBoundingClientRect();
                if (box.top > innerHeight - 120) document.getElementById("verdict").scrollIntoView({ block: "nearest" });
            }
        });
    }

    // What is selected, or else the statement at the cursor.
    function chosen() {
        const all = text();
        const range = editor ? editor.state.selection.main : { from: field.selectionStart, to: field.selectionEnd, head: field.selectionEnd };
        return range.from < range.to ? all.slice(range.from, range.to) : statementAt(all, range.head ?? range.to);
    }

    const verbs = { run: form.querySelector(".run"), check: form.querySelector(".check") };
    function shortcut(event) {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.altKey) return false;
        const button = event.shiftKey ? verbs.check : verbs.run || verbs.check;
        press(button);
        event.preventDefault();
        event.stopPropagation();
        return true;
    }
    form.addEventListener("keydown", shortcut, true);

    // A hint counts as taken when it is opened.
    document.getElementById("hints").addEventListener("toggle", (event) => {
        const details = event.target;
        if (details.open && details.dataset.take) {
            delete details.dataset.take;
            press(details.querySelector("button"));
        }
    }, true);

    // The boxes of the diagram do what the buttons below it do.
    document.getElementById("tables").addEventListener("click", (event) => {
        const box = event.target.closest("[data-table]");
        const buttons = [...document.querySelectorAll("#tables button[name=table]")];
        const button = box && buttons.find((one) => one.value === box.dataset.table);
        if (button) button.click();
    });

    field.addEventListener("input", typed);
    addEventListener("pagehide", () => {
        if (isDirty() && !isAsking()) put(text());
    });
    addEventListener("beforeunload", (event) => {
        if (isAsking() && isDirty()) event.preventDefault();
    });

    // The file has another text now.
    async function changed(digest) {
        if (digest === base() || isAsking()) return;
        const response = await fetch(address);
        const there = await response.text();
        if (!response.ok || tag(response) === base()) return;
        if (tag(response) === "") {
            // The text here is the last one that there is.
            setBase("", null);
            say("The file is gone. It is written again with the next change.");
            return;
        }
        if (!isDirty() || there === text()) {
            setBase(tag(response), there);
            replace(there);
            say("The file was changed by another program; this is its text now.");
        } else {
            await post(to("save"));
        }
    }

    async function refresh() {
        const response = await fetch(location.pathname);
        if (!response.ok) return;
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        for (const name of ["progress", "standing", "hints", "attempts"]) {
            const [old, fresh] = [document.getElementById(name), page.getElementById(name)];
            if (old && fresh && old.innerHTML !== fresh.innerHTML && !old.contains(document.activeElement)) old.innerHTML = fresh.innerHTML;
        }
        const base = page.getElementsByName("base")[0];
        if (base) await changed(base.value);
    }

    // A browser has six connections to a program at most: tabs that nobody sees give theirs back.
    let events = null;
    function listen() {
        if (document.hidden) {
            if (events) events.close();
            events = null;
        } else if (!events) {
            events = new EventSource("/events");
            events.addEventListener("answer", (event) => {
                const news = JSON.parse(event.data);
                if (news.id === id) later(() => changed(news.digest));
            });
            events.addEventListener("progress", () => later(refresh));
            events.addEventListener("open", () => later(refresh));
        }
    }
    document.addEventListener("visibilitychange", listen);
    listen();

    const place = document.getElementById("editor");
    if (place) {
        import(place.dataset.script)
            .then((parts) => {
                editor = open(parts, place, field, typed);
                if (document.activeElement === field) editor.focus();
                place.hidden = false;
                field.hidden = true;
                document.querySelector("label[for=sql]").addEventListener("click", () => editor.focus());
                document.querySelector(".skip").addEventListener("click", (event) => {
                    event.preventDefault();
                    editor.focus();
                });
            })
            // Without the editor the text field does it.
            .catch(() => {});
    }
}

// The editor in place of the text field.
function open(parts, place, field, typed) {
    const { EditorState, EditorView, keymap } = parts;
    const dialects = { sqlite: parts.SQLite, mysql: parts.MySQL, postgres: parts.PostgreSQL };
    return new EditorView({
        parent: place,
        state: EditorState.create({
            doc: field.value,
            extensions: [
                EditorView.cspNonce.of(place.dataset.nonce),
                parts.lineNumbers(),
                parts.history(),
                parts.drawSelection(),
                parts.bracketMatching(),
                parts.closeBrackets(),
                matchMedia("(max-width: 900px)").matches ? EditorView.lineWrapping : [],
                parts.autocompletion(),
                parts.syntaxHighlighting(parts.classHighlighter),
                parts.sql({ dialect: dialects[place.dataset.dialect], schema: JSON.parse(place.dataset.schema), upperCaseKeywords: true }),
                keymap.of([
                    ...parts.closeBracketsKeymap,
                    ...parts.completionKeymap,
                    ...parts.defaultKeymap.filter((one) => one.key !== "Mod-Enter"),
                    ...parts.historyKeymap,
                ]),
                EditorView.contentAttributes.of({ "aria-labelledby": "sql-label", "aria-describedby": "tip", tabindex: "0" }),
                EditorView.updateListener.of((update) => {
                    if (update.docChanged) typed();
                }),
            ],
        }),
    });
}

// The statement at a place of a text: between two semicolons that are not in quotes or comments. Behind the last one it is
// the last one.
function statementAt(text, at) {
    const pieces = [];
    let from = 0;
    for (const token of text.matchAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[^]*?\*\/|;/g)) {
        if (token[0] !== ";") continue;
        pieces.push([from, token.index + 1]);
        from = token.index + 1;
    }
    pieces.push([from, text.length]);
    const isEmpty = (piece) => piece.replace(/--[^\n]*|\/\*[^]*?\*\//g, "").replace(";", "").trim() === "";
    const own = pieces.map(([start, end]) => [start, end, text.slice(start, end)]).filter(([, , piece]) => !isEmpty(piece));
    const found = own.find(([start, end]) => at >= start && at <= end) || own.findLast(([start]) => start <= at) || own[0];
    return found ? found[2] : text;
}
