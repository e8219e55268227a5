// The page of the report in a real browser, of a seed alone. `.ci/browser` runs it:
//   node report.mjs PROGRAM CHROMIUM [FOLDER FOR SCREENSHOTS]
import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [program, browserPath, pictures] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "instaseed-report-"));
const file = join(folder, "report.html");
execFileSync(program, ["report", "--users", "10000", "--out", file, "--quiet"], { stdio: "inherit" });
assert.ok(statSync(file).size < 500_000, "the page is small");

const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
try {
    for (const width of [390, 1280]) {
        for (const colorScheme of ["light", "dark"]) {
            const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
            const page = await context.newPage();
            const asked = [];
            page.on("request", (request) => asked.push(request.url()));
            page.on("console", (message) => assert.fail(message.text()));
            await page.goto(`file://${file}`);
            const name = `report-${width}-${colorScheme}`;
            assert.equal(asked.length, 1, `${name}: nothing is loaded: ${asked}`);
            const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
            assert.ok(over <= 0, `${name}: the page is ${over} pixels too wide`);
            if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
            // With all numbers in sight, too.
            await page.evaluate(() => document.querySelectorAll("details").forEach((one) => (one.open = true)));
            const { violations } = await new AxeBuilder({ page }).analyze();
            assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes[0].html]), [], name);
            if (width === 1280 && colorScheme === "dark") {
                const pdf = await page.pdf({ format: "A4", path: pictures && join(pictures, "report.pdf") });
                assert.ok(pdf.length > 10_000, "it prints");
            }
            await context.close();
        }
    }
} finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
}
console.log("the page of the report: whole at 390 and 1280 pixels, in the light and in the dark; axe finds nothing");
