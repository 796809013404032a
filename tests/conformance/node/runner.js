// Runs the conformance list through koffi: runner.js ENDPOINT CASES_FILE WORK_FOLDER
//
// UPGRADELINK_LIBRARY and UPGRADELINK_HEADER name the library and its header.
'use strict';

const fs = require('fs');
const path = require('path');
const abi = require('./abi.js');
const { Calls, Wrong } = require('./calls.js');

const [endpoint, casesFile, workFolder] = process.argv.slice(2);
const data = path.join(path.dirname(path.resolve(casesFile)), 'data');
const library = abi.load(process.env.UPGRADELINK_LIBRARY, process.env.UPGRADELINK_HEADER);

async function admin(method, what, body) {
  const reply = await fetch(`${endpoint}/_dev/${what}`, { method, body });
  const text = await reply.text();
  if (!reply.ok) throw new Wrong(`the dev server refuses ${method} ${what} ${body}: ${text}`);
  return text;
}

class Case {
  constructor(number) {
    this.work = path.join(path.resolve(workFolder), String(number));
    fs.rmSync(this.work, { recursive: true, force: true });
    fs.mkdirSync(this.work, { recursive: true });
    this.calls = new Calls(library, endpoint, this.work);
  }

  value(text) {
    return text
      .replace(/\\(.)/g, (_, one) => ({ n: '\n', r: '\r', t: '\t' })[one] ?? one)
      .replaceAll('{endpoint}', endpoint)
      .replaceAll('{host}', endpoint.replace('http://', ''))
      .replaceAll('{work}', this.work)
      .replaceAll('{data}', data);
  }

  async obey(line) {
    const [, word, rest] = line.match(/^(\S+) ?(.*)$/);
    const [, field, text] = rest.match(/^(\S*) ?(.*)$/);
    if (word === 'fault') await admin('POST', 'faults', `[${rest}]`);
    else if (word === 'file') fs.copyFileSync(path.join(data, text), path.join(this.work, field));
    else if (word === 'text') fs.writeFileSync(path.join(this.work, field), this.value(text));
    else if (['call', 'start', 'cancel', 'stop'].includes(word)) await this.calls.call(word, rest);
    else if (word === 'expect') await this.expect(field, this.value(text));
    else this.calls.remember(word, field, this.value(text));
  }

  async expect(name, value) {
    const [, field, how] = name.match(/^(.*?)(_contains|_lacks)?$/);
    const came = await this.found(field);
    const right = {
      _contains: () => came.includes(value),
      _lacks: () => !came.includes(value),
      undefined: () => came === value,
    }[how];
    if (came === undefined || !right())
      throw new Wrong(`expected ${name} ${value}, came ${came}; ${this.calls.came['error.message'] ?? ''}`);
  }

  async found(field) {
    if (field === 'log') return this.calls.log;
    if (field === 'sent') return admin('GET', 'requests');
    if (field === 'sent.count') return String((await admin('GET', 'requests')).split('"connection":').length - 1);
    if (field.startsWith('file:')) {
      const file = path.join(this.work, field.slice('file:'.length));
      return fs.existsSync(file) ? String(fs.statSync(file).size) : '(null)';
    }
    return this.calls.came[field];
  }
}

function cases() {
  const found = [];
  for (const line of fs.readFileSync(casesFile, 'utf8').split('\n'))
    if (line.startsWith('case ')) found.push({ title: line.slice('case '.length), lines: [] });
    else if (line && !line.startsWith('#')) found.at(-1).lines.push(line);
  return found;
}

async function main() {
  let passed = 0;
  const all = cases();
  for (const [at, { title, lines }] of all.entries()) {
    const now = new Case(at + 1);
    try {
      await admin('DELETE', 'faults');
      await admin('DELETE', 'requests');
      for (const line of lines) await now.obey(line);
      passed += 1;
    } catch (error) {
      console.log(`${at + 1} ${title}: ${error instanceof Wrong ? error.message : error.stack}`);
    } finally {
      now.calls.close();
    }
  }
  console.log(`node: ${passed} passed, ${all.length - passed} failed`);
  process.exitCode = Number(passed !== all.length);
}

main();
