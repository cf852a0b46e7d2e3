/** Runs the recipes of docs/signed.md over its test vectors. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vectorsJson from '../../docs/signed-vectors.json';
import { ROOT, blocksOf } from './pages';

export interface Vector {
  original: string;
  variant: string;
  until?: number;
  base?: string;
  url: string;
}

export const KEY = vectorsJson.key;
export const vectors: Vector[] = vectorsJson.vectors;

/** A language, and what stands around its recipe: a program that reads the vectors from its input, and prints URLs. */
interface Language {
  command: string;
  version: string[];
  file: string;
  program(recipe: string): string;
  arguments(file: string): string[];
}

export const LANGUAGES: Readonly<Record<string, Language>> = {
  python: {
    command: 'python3',
    version: ['--version'],
    file: 'recipe.py',
    program: (recipe) => `${recipe}
import json, sys
given = json.load(sys.stdin)
for each in given["vectors"]:
    print(sign(given["key"], each["original"], each["variant"], each.get("until"), each.get("base", "")))
`,
    arguments: (file) => [file],
  },
  php: {
    command: 'php',
    version: ['--version'],
    file: 'recipe.php',
    program: (recipe) => `<?php
${recipe}
$given = json_decode(stream_get_contents(STDIN), true);
foreach ($given['vectors'] as $each) {
    echo sign($given['key'], $each['original'], $each['variant'], $each['until'] ?? null, $each['base'] ?? ''), "\\n";
}
`,
    arguments: (file) => [file],
  },
  go: {
    command: 'go',
    version: ['version'],
    file: 'recipe.go',
    program: (recipe) => `package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
)

${recipe}
func main() {
	var given struct {
		Key     string
		Vectors []struct {
			Original, Variant, Base string
			Until                   int64
		}
	}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	for _, each := range given.Vectors {
		fmt.Println(sign(given.Key, each.Original, each.Variant, each.Until, each.Base))
	}
}
`,
    arguments: (file) => ['run', file],
  },
};

export function isInstalled({ command, version }: Language): boolean {
  try {
    execFileSync(command, version, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What the recipe of a language makes of all vectors. */
export function runRecipe(name: string): string[] {
  const language = LANGUAGES[name]!;
  const recipe = blocksOf(join(ROOT, 'docs', 'signed.md')).find((block) => block.language === name)!.code;
  const folder = mkdtempSync(join(tmpdir(), 'recipe-'));
  try {
    const file = join(folder, language.file);
    writeFileSync(file, language.program(recipe));
    const output = execFileSync(language.command, language.arguments(file), {
      input: JSON.stringify({ key: KEY, vectors }),
      env: { ...process.env, GOCACHE: join(folder, 'cache'), GOFLAGS: '-mod=mod', GO111MODULE: 'off' },
    });
    return output.toString().trim().split('\n');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
