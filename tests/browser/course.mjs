// The page of the course in a real browser, with the real program. `.ci/browser` runs it:
//   node course.mjs PROGRAM CHROMIUM [FOLDER FOR SCREENSHOTS]
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, browserPath, pictures] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "instaseed-browser-"));
const course = join(folder, "course");
const environment = { ...process.env, HOME: folder, XDG_CACHE_HOME: join(folder, "cache"), DATABASE_URL: "" };
delete environment.DATABASE_URL;
const answer = (name) => join(course, "answers", name);
const read = (name) => readFileSync(answer(name), "utf8");
const state = () => readFileSync(join(course, "instaseed-course.toml"), "utf8");

let server, browser;

/// Starts the page, and says where it is.
function serve() {
    return new Promise((resolve, reject) => {
        server = spawn(program, ["course", "serve", "--json", "--course", course], { env: environment, stdio: ["ignore", "pipe", "inherit"] });
        let text = "";
        server.stdout.on("data", (more) => {
            text += more;
            if (text.includes("\n}")) resolve(JSON.parse(text).url);
        });
        server.on("exit", (code) => reject(new Error(`the program has ended with ${code}: ${text}`)));
    });
}

/// A request as no browser would send it.
function raw(origin, method, path, headers, body = "") {
    return new Promise((resolve, reject) => {
        const { port } = new URL(origin);
        const request = http.request({ host: "127.0.0.1", port, method, path, headers: { "Content-Length": body.length, ...headers } }, (response) => {
            let text = "";
            response.on("data", (more) => (text += more));
            response.on("end", () => resolve({ status: response.statusCode, text }));
        });
        request.on("error", reject);
        request.end(body);
    });
}

async function eventually(what, holds) {
    for (let tries = 0; tries < 200; tries++) {
        if (await holds()) return;
        await new Promise((done) => setTimeout(done, 50));
    }
    assert.fail(`this did not become true: ${what}`);
}

const outside = [];
const complaints = [];
async function visitor(options = {}) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
    await context.route("**/*", (route) => {
        const { hostname, protocol } = new URL(route.request().url());
        if (hostname !== "127.0.0.1" && protocol !== "data:") outside.push(route.request().url());
        return route.continue();
    });
    context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    context.on("weberror", (error) => complaints.push(String(error.error())));
    return context;
}

const FAN_OUT = `SELECT p.id AS photo_id, COUNT(l.user_id) AS likes, COUNT(c.id) AS comments
FROM photos p
LEFT JOIN likes l ON l.photo_id = p.id
LEFT JOIN comments c ON c.photo_id = p.id
GROUP BY p.id;
`;
const RIGHT = `SELECT p.id AS photo_id,
       (SELECT COUNT(*) FROM likes l WHERE l.photo_id = p.id) AS likes,
       (SELECT COUNT(*) FROM comments c WHERE c.photo_id = p.id) AS comments
FROM photos p;
`;

const ready = (page) => page.waitForSelector(".cm-content");
const content = (page) => page.locator(".cm-content");
async function write(page, text) {
    await content(page).click();
    await page.keyboard.press("Control+A");
    await page.keyboard.insertText(text);
}
const shown = (page) => page.evaluate(() => [...document.querySelectorAll(".cm-line")].map((line) => line.textContent).join("\n"));
async function check(page) {
    const said = await page.locator("#said").textContent();
    const begun = Date.now();
    await page.keyboard.press("Control+Shift+Enter");
    await page.waitForFunction((before) => {
        const verdict = document.getElementById("verdict");
        return verdict.querySelector("#said h2") && !verdict.hasAttribute("aria-busy") && document.getElementById("said").textContent !== before;
    }, said);
    return Date.now() - begun;
}
async function accessible(page, where) {
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target).join(", ")}`);
    assert.deepEqual(found, [], where);
}
const picture = async (page, name, whole = true) => {
    if (!pictures) return;
    await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: whole, caret: "initial" });
};

const steps = [];
const step = (name, run) => steps.push([name, run]);
let origin, context, page;

step("the link opens the course once", async () => {
    const url = await serve();
    origin = new URL(url).origin;
    context = await visitor();
    page = await context.newPage();
    await page.goto(url);
    assert.equal(page.url(), `${origin}/`);
    await page.waitForSelector("text=Go on with 1.");
    await accessible(page, "the list");
    await picture(page, "list", false);
    const other = await (await visitor()).newPage();
    assert.equal((await other.goto(url)).status(), 403);
    assert.equal((await other.goto(`${origin}/`)).status(), 403);
    await accessible(other, "the page for strangers");
    await other.context().close();
});

step("a search finds exercises by concept", async () => {
    await page.fill("#q", "fan-out");
    await page.keyboard.press("Enter");
    await page.waitForURL(/q=fan-out/);
    await page.click("text=Likes and comments of each photo");
    await page.waitForURL(/likes-and-comments/);
    await ready(page);
});

step("a wrong answer is shown on its smallest example", async () => {
    await write(page, FAN_OUT);
    const first = await check(page);
    assert.match(await page.textContent("#said"), /Not yet/);
    assert.match(await page.textContent("#found .mistake"), /counted joined rows/);
    assert.ok((await page.locator("#found .mini table").count()) >= 4);
    assert.ok((await page.locator("#found del").count()) >= 1 && (await page.locator("#found ins").count()) >= 1);
    assert.ok((await page.locator("#found .steps li").count()) >= 3);
    assert.ok(await page.evaluate(() => document.activeElement.classList.contains("cm-content")), "the focus stays in the editor");
    assert.equal(read("21-likes-and-comments.sql"), FAN_OUT, "the file has the text");
    await page.click("#tables button[value=likes]");
    await page.waitForSelector("#peek table");
    await page.setViewportSize({ width: 1280, height: 980 });
    await picture(page, "course", false);
    const times = [];
    for (let round = 0; round < 5; round++) {
        await write(page, `${FAN_OUT}-- ${round}`);
        await page.evaluate(() => (document.getElementById("said").innerHTML = ""));
        times.push(await check(page));
    }
    console.log(`   a check takes ${times.sort((a, b) => a - b)[2]} ms from the key to the verdict (first: ${first} ms)`);
    await accessible(page, "a wrong answer");
    await picture(page, "wrong");
    await page.setViewportSize({ width: 390, height: 844 });
    await picture(page, "phone");
    // A small phone, and a screen of 1280 px at 400 %.
    for (const width of [360, 320]) {
        await page.setViewportSize({ width, height: 740 });
        await accessible(page, `a wrong answer, ${width} px wide`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wide <= 0, `the page is ${wide} px wider than ${width} px`);
    }
    // The names in the diagram are drawn at 11 px of its own: they can be read where it is scrolled.
    const letters = await page.evaluate(() => document.querySelector(".diagram text.name").getBoundingClientRect().height);
    assert.ok(letters >= 10, `the names in the diagram are ${letters} px high`);
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.emulateMedia({ colorScheme: "dark" });
    await accessible(page, "a wrong answer in the dark");
    await picture(page, "dark", false);
    await page.emulateMedia({ colorScheme: "light" });
});

step("run shows the rows of the statement at the cursor", async () => {
    await write(page, "SELECT 1 AS one;\nSELECT username FROM users ORDER BY id;\n");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#found td:text-is('1')");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#found th:text-is('username')");
    assert.equal(await page.textContent("#said"), "100 rows");
    await accessible(page, "rows");
    await write(page, "SELECT '<script>window.bad = 1</script><img src=x onerror=\"window.bad = 1\">' AS x");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#found td:has-text('<script>')");
    assert.equal(await page.evaluate(() => window.bad), undefined, "a cell is text");
    await write(page, "SELECT usrname FROM users");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#verdict.bad");
    await accessible(page, "an error");
    await page.setViewportSize({ width: 360, height: 740 });
    await write(page, "SELEC p.id AS photo_id, COUNT(l.user_id) AS likes FROM photos p LEFT JOIN likes l ON l.photo_id = p.id");
    await check(page);
    assert.match(await page.textContent("#found .place"), /line 1: SELEC/);
    assert.doesNotMatch(await page.textContent("#found"), /The database says:\s*$/);
    await accessible(page, "an error in a long line on a phone");
    await page.setViewportSize({ width: 1280, height: 900 });
});

step("a hint counts as taken when it is opened", async () => {
    assert.doesNotMatch(state(), /hints/);
    await page.click("text=Hint 1 of 3");
    await page.waitForSelector("#hints >> text=A photo with 3 likes");
    assert.match(state(), /likes-and-comments = .*hints = 1/);
    await page.waitForSelector("text=Hint 2 of 3");
    await accessible(page, "a hint");
});

step("the solution is shown with consent before passing", async () => {
    await page.click("text=Show the solution");
    await page.waitForSelector("text=See the solution before you have passed?");
    assert.doesNotMatch(state(), /solution = true/);
    await page.reload();
    await ready(page);
});

step("a right answer is passed", async () => {
    await write(page, RIGHT);
    await check(page);
    await page.waitForSelector("#verdict.good");
    assert.match(await page.textContent("#standing"), /Passed/);
    assert.match(await page.textContent("#progress"), /1 of \d+ passed/);
    assert.match(state(), /likes-and-comments = .*passed_at/);
    await page.click("text=Show the model and why it works");
    await page.waitForSelector("#solution pre");
    await accessible(page, "a right answer");
});

step("a reload keeps the state", async () => {
    await page.reload();
    await ready(page);
    assert.equal((await shown(page)).trim(), RIGHT.trim());
    assert.match(await page.textContent("#standing"), /Passed/);
    assert.match(await page.textContent("#hints"), /A photo with 3 likes/);
    assert.match(await page.textContent("#attempts"), /Passed after/);
});

step("what is typed is saved by itself", async () => {
    await write(page, "-- typed\n");
    await eventually("the file has the text", () => read("21-likes-and-comments.sql") === "-- typed\n");
    await page.waitForSelector("#saved:text-is('Saved')");
});

step("a change of the file appears", async () => {
    writeFileSync(answer("21-likes-and-comments.sql"), "-- from another editor\n");
    await page.waitForSelector(".cm-line:has-text('from another editor')");
});

step("two tabs show the same text, and two changes at once lose none", async () => {
    const second = await context.newPage();
    await second.goto(page.url());
    await ready(second);
    await write(second, "-- from the second tab\n");
    await page.bringToFront();
    await page.waitForSelector(".cm-line:has-text('from the second tab')");
    await second.close();
    // A change that arrives while something is typed and not saved yet.
    await page.evaluate(() => {
        const fetched = window.fetch;
        window.fetch = async (...all) => {
            if (all[1]?.method === "PUT") await new Promise((done) => (window.go = done));
            return fetched(...all);
        };
    });
    await write(page, "-- mine\n");
    await page.waitForFunction(() => window.go);
    writeFileSync(answer("21-likes-and-comments.sql"), "-- theirs\n");
    await page.evaluate(() => window.go());
    await page.waitForSelector("text=The file has been changed by another program.");
    assert.match(await page.textContent("#notice pre"), /theirs/);
    assert.match(await shown(page), /mine/);
    await accessible(page, "a conflict");
    await picture(page, "conflict");
    await page.click("text=Take the file's text");
    await page.waitForSelector(".cm-line:has-text('theirs')");
    assert.match(await page.textContent("#notice"), /mine/);
    assert.equal(read("21-likes-and-comments.sql"), "-- theirs\n");
    await page.reload();
    await ready(page);
});

step("an exercise begins again with consent, and the old text is kept", async () => {
    await page.click("text=Reset");
    await page.waitForSelector("text=Begin this exercise again?");
    assert.equal(read("21-likes-and-comments.sql"), "-- theirs\n");
    await page.click("button:text-is('Begin again')");
    await page.waitForSelector(".cm-line:has-text('Columns: photo_id')");
    assert.equal(read("21-likes-and-comments.sql.before-reset"), "-- theirs\n");
});

step("the keyboard leads everywhere", async () => {
    await content(page).click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Tab");
    assert.match(await page.evaluate(() => document.activeElement.textContent), /Run/, "Esc then Tab leaves the editor");
    await page.goto(`${origin}/x/ghosts`);
    await ready(page);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the editor");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement.classList.contains("cm-content"));
});

step("a script and counted work are judged, too", async () => {
    await page.goto(`${origin}/x/no-self-follow`);
    await ready(page);
    await write(page, `CREATE TRIGGER no_self_follow BEFORE INSERT ON follows WHEN NEW.follower_id = NEW.followee_id
BEGIN SELECT RAISE(ABORT, 'nobody follows themselves'); END;
`);
    await check(page);
    await page.waitForSelector("#verdict.bad");
    assert.ok((await page.locator("#found .probes .good").count()) > 0 && (await page.locator("#found .probes .bad").count()) > 0);
    assert.equal(await page.locator("button.run").count(), 0, "a script is not run");
    await accessible(page, "a script");
    await picture(page, "script");
});

step("the plain text field is remembered", async () => {
    await page.click("text=Use a plain text field");
    await page.waitForSelector("textarea#sql");
    assert.equal(await page.locator(".cm-content").count(), 0);
    await page.goto(`${origin}/x/ghosts`);
    assert.ok(await page.isVisible("textarea#sql"));
    await accessible(page, "a plain text field");
    await page.fill("textarea#sql", "SELECT 7 AS seven");
    await page.focus("textarea#sql");
    await page.keyboard.press("Control+Enter");
    await page.waitForSelector("#found td:text-is('7')");
    await page.click("text=Use the editor with colours");
    await ready(page);
});

step("it works without JavaScript", async () => {
    const cookies = await context.cookies();
    const plain = await visitor({ javaScriptEnabled: false });
    await plain.addCookies(cookies);
    const page = await plain.newPage();
    await page.goto(`${origin}/x/oldest-users`);
    await page.fill("textarea#sql", "SELECT username, created_at FROM users ORDER BY created_at LIMIT 5");
    await page.click("button:has-text('Check')");
    await page.waitForSelector("#verdict.good");
    const { y } = await page.locator("#verdict").boundingBox();
    assert.ok(y >= 0 && y < 900, `the browser goes to the verdict: ${y}`);
    assert.equal((await page.goto(page.url().split("#")[0])).status(), 200, "the address can be loaded again");
    assert.equal(page.url(), `${origin}/x/oldest-users`);
    assert.match(await page.textContent("#standing"), /Passed/);
    assert.match(read("01-oldest-users.sql"), /ORDER BY created_at LIMIT 5/);
    await page.click("button:text-is('users')");
    assert.match(await page.textContent("#peek"), /100 rows/);
    await page.click("summary:has-text('Hint 1 of 3')");
    await page.click("button:has-text('Show this hint')");
    assert.match(state(), /oldest-users = .*hints = 1/);
    assert.match(await page.inputValue("textarea#sql"), /LIMIT 5/, "no press loses the text");
    await plain.close();
});

step("hostile requests are refused", async () => {
    const cookie = (await context.cookies()).map((one) => `${one.name}=${one.value}`).join("; ");
    const token = await page.inputValue("input[name=token]");
    const body = `token=${token}&text=stolen&base=`;
    const host = origin.slice("http://".length);
    const form = { Cookie: cookie, "Content-Type": "application/x-www-form-urlencoded" };
    const before = read("06-ghosts.sql");
    assert.equal((await raw(origin, "GET", "/", { Host: "evil.example", Cookie: cookie })).status, 421);
    assert.equal((await raw(origin, "GET", "/", { Host: host })).status, 403);
    assert.equal((await raw(origin, "POST", "/x/ghosts/save", { ...form, Host: host }, body)).status, 403);
    assert.equal((await raw(origin, "POST", "/x/ghosts/save", { ...form, Host: host, Origin: "http://evil.example" }, body)).status, 403);
    assert.equal((await raw(origin, "POST", "/x/ghosts/save", { ...form, Host: host, Origin: origin }, "text=stolen&base=")).status, 403);
    assert.equal(read("06-ghosts.sql"), before);
    // A page of another site, in the browser that has the cookie.
    const other = http.createServer((_, response) => {
        response.setHeader("Content-Type", "text/html");
        response.end(`<form method="post" action="${origin}/x/ghosts/save"><input name="text" value="stolen"><button>go</button></form><img src="${origin}/">`);
    });
    await new Promise((done) => other.listen(0, "127.0.0.1", done));
    const trap = await context.newPage();
    await trap.goto(`http://127.0.0.1:${other.address().port}/`);
    await trap.click("button");
    await trap.waitForURL(/ghosts/);
    assert.match(await trap.textContent("body"), /comes from another page|Open the course/);
    assert.equal(read("06-ghosts.sql"), before);
    await trap.close();
    other.close();
    complaints.length = 0;
});

step("Ctrl-C ends the program, and it says so by 0", async () => {
    const ended = new Promise((done) => server.on("exit", done));
    server.kill("SIGINT");
    assert.equal(await ended, 0);
});

step("no request has left the machine, and the browser complains of nothing", async () => {
    assert.deepEqual(outside, []);
    assert.deepEqual(complaints.filter((text) => !/403|ERR_CONNECTION|ERR_INCOMPLETE/.test(text)), []);
});

let failed = 0;
try {
    execFileSync(program, ["course", "init", course, "--seed", "1"], { env: environment, stdio: "inherit" });
    browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
    for (const [name, run] of steps) {
        try {
            await run();
            console.log(`ok ${name}`);
        } catch (error) {
            failed++;
            console.log(`FAILED ${name}\n${error.stack}`);
            if (pictures && page) await page.screenshot({ path: join(pictures, `failed-${failed}.png`) }).catch(() => {});
            // What follows builds on it.
            break;
        }
    }
} catch (error) {
    failed++;
    console.log(`FAILED ${error.stack}`);
} finally {
    if (browser) await browser.close();
    if (server) server.kill();
    rmSync(folder, { recursive: true, force: true });
}
console.log(failed ? "The page of the course has failed." : `The page of the course: ${steps.length} steps passed.`);
process.exit(failed ? 1 : 0);
