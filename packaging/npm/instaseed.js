#!/usr/bin/env node
// Finds the program of this platform among the optional dependencies, and becomes it: same arguments, terminal, signals
// and exit code. Nothing is downloaded.
'use strict';

const { spawn } = require('child_process');
const { constants } = require('os');
const path = require('path');

const PLATFORMS = Object.keys(require('../package.json').optionalDependencies).map((name) => name.split('/')[1]);

/** Whether the C library of this Linux is musl: node says which glibc it runs on. */
function isMusl() {
    const report = process.report && process.report.getReport();
    return !(report && report.header && report.header.glibcVersionRuntime);
}

function platform() {
    const name = `${process.platform}-${process.arch}`;
    return process.platform === 'linux' ? `${name}-${isMusl() ? 'musl' : 'gnu'}` : name;
}

function fail(...lines) {
    console.error(lines.join('\n'));
    process.exit(2);
}

function program() {
    const wanted = platform();
    if (!PLATFORMS.includes(wanted)) {
        fail(
            `error: the npm package instaseed has no program for ${wanted}; it has: ${PLATFORMS.join(', ')}`,
            process.platform === 'win32'
                ? 'help: run it in the Windows Subsystem for Linux'
                : 'help: compile it with Rust: cargo install instaseed',
        );
    }
    const name = `@instaseed/${wanted}`;
    let manifest;
    try {
        manifest = require.resolve(`${name}/package.json`);
    } catch (error) {
        if (error.code !== 'MODULE_NOT_FOUND') throw error;
        fail(
            `error: the package ${name}, which has the program, is not installed`,
            'npm leaves it out with --omit=optional (or --no-optional), and with a lock file or a node_modules folder that was',
            'made on another platform.',
            'help: install again with --include=optional; if that does not help, remove node_modules and package-lock.json first',
        );
    }
    const { version } = require(manifest);
    const own = require('../package.json').version;
    if (version !== own) {
        fail(`error: ${name} is version ${version}, and instaseed is ${own}`, `help: npm install instaseed@${own}`);
    }
    return path.join(path.dirname(manifest), 'bin', 'instaseed');
}

const file = program();
const args = process.argv.slice(2);

// New versions of node can become the program: then there is nothing to pass on.
if (typeof process.execve === 'function') {
    process.execve(file, ['instaseed', ...args], process.env);
}

// What arrives before the program has started is passed on once it has.
let child;
const hasTerminal = [0, 1, 2].some((fd) => require('tty').isatty(fd));
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT']) {
    process.on(signal, () => {
        // Ctrl-C on a terminal reaches the program by itself; it takes a second one as an order to stop at once.
        const isFromTerminal = hasTerminal && (signal === 'SIGINT' || signal === 'SIGQUIT');
        if (!isFromTerminal) child.kill(signal);
    });
}
child = spawn(file, args, { stdio: 'inherit' });
child.on('error', (error) => {
    fail(`error: cannot run ${file}: ${error.message}`, 'help: reinstall it with `npm install --force instaseed`');
});
child.on('exit', (code, signal) => {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
    // a signal that does not end this process
    setTimeout(() => process.exit(128 + (constants.signals[signal] || 0)), 1000);
});
