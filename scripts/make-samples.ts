/** `npm run samples`: makes the sample originals. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { type Main, commandLine, runCommand } from './command-line';
import { randomness, times, withGrain } from './make-samples/grain';

/** Raised when a recipe changes, so that old samples are made again. */
const RECIPE = '2';

const svg = (width: number, height: number, content: string): Buffer =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${content}</svg>`,
  );

const gradient = (id: string, stops: [offset: number, colour: string][], vertical = true): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="${vertical ? 0 : 1}" y2="${vertical ? 1 : 0}">${stops
    .map(([offset, colour]) => `<stop offset="${offset}" stop-color="${colour}"/>`)
    .join('')}</linearGradient>`;

const boat = (x: number, y: number, scale: number, hull: string) =>
  `<g transform="translate(${x} ${y}) scale(${scale})"><path d="M-60 0 L62 0 L44 26 L-44 26z" fill="${hull}"/><rect x="-3" y="-120" width="5" height="120" fill="#3a2a22"/><path d="M4 -116 L58 -10 L4 -10z" fill="#f5ead8"/><path d="M-5 -104 L-46 -10 L-5 -10z" fill="#e2d2b8"/><path d="M-60 30 L62 30 L30 64 L-34 62z" fill="#1b2a3d" opacity=".45"/></g>`;

export function harbour(): Buffer {
  const random = randomness(3);
  const houses = times(34, (index) => {
    const [x, width, height] = [index * 30 - 8, 24 + random() * 20, 40 + random() * 90];
    const colour = `hsl(${Math.round(10 + random() * 40)},${Math.round(25 + random() * 40)}%,${Math.round(22 + random() * 22)}%)`;
    const windows = times(Math.floor(height / 16), (floor) =>
      times(2, (side) => {
        const lit = random() > 0.45 ? '#ffd98a' : '#2a2433';
        return `<rect x="${x + 5 + side * 11}" y="${400 - height + 8 + floor * 15}" width="6" height="8" fill="${lit}"/>`;
      }).join(''),
    ).join('');
    const roof = `<path d="M${x - 2} ${400 - height} l${width / 2 + 2} -16 l${width / 2 + 2} 16z" fill="#4b2b2a"/>`;
    return `<rect x="${x}" y="${400 - height}" width="${width}" height="${height}" fill="${colour}"/>${roof}${windows}`;
  }).join('');
  const glitter = times(520, () => {
    const [x, y] = [640 + (random() - 0.5) * (140 + random() * 560), 408 + random() * random() * 335];
    return `<ellipse cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" rx="${(4 + random() * 18).toFixed(1)}" ry="${(0.6 + random() * 1.6).toFixed(1)}" fill="#ffe2a8" opacity="${(0.15 + random() * 0.5).toFixed(2)}"/>`;
  }).join('');
  return svg(
    1000,
    750,
    `<defs>${gradient('sky', [
      [0, '#27406e'],
      [0.45, '#c7706a'],
      [0.8, '#f5b26b'],
      [1, '#ffe0a3'],
    ])}${gradient('sea', [
      [0, '#d98f62'],
      [0.25, '#7d6a86'],
      [1, '#16263f'],
    ])}</defs>
    <rect width="1000" height="402" fill="url(#sky)"/><circle cx="640" cy="352" r="44" fill="#fff3c9"/><circle cx="640" cy="352" r="90" fill="#ffe9b0" opacity=".28"/>
    <path d="M0 330 Q120 270 250 310 T520 300 T800 280 T1000 320 V402 H0z" fill="#5a4664" opacity=".75"/>
    ${houses}<rect y="396" width="1000" height="10" fill="#30242a"/><rect y="404" width="1000" height="346" fill="url(#sea)"/>${glitter}
    ${boat(260, 500, 1.05, '#a33b2f')}${boat(760, 470, 0.7, '#2f5f73')}${boat(520, 620, 1.5, '#263246')}`,
  );
}

function mountains(): Buffer {
  const random = randomness(11);
  const ridge = (base: number, height: number, colour: string) => {
    const points = times(
      31,
      (index) => `${(index * 1000) / 30},${(base - random() * height * Math.sin((index / 30) * Math.PI)).toFixed(1)}`,
    );
    return `<polygon points="0,667 ${points.join(' ')} 1000,667" fill="${colour}"/>`;
  };
  const trees = times(260, () => {
    const [x, y, size] = [random() * 1000, 560 + random() * 110, 8 + random() * 22];
    return `<path d="M${x.toFixed(1)} ${(y - size * 2).toFixed(1)} l${(size / 2).toFixed(1)} ${(size * 2).toFixed(1)} h-${size.toFixed(1)}z" fill="hsl(${Math.round(110 + random() * 40)},35%,${Math.round(14 + random() * 14)}%)"/>`;
  }).join('');
  return svg(
    1000,
    667,
    `<defs>${gradient('sky', [
      [0, '#3f7fc4'],
      [1, '#dcecf7'],
    ])}</defs><rect width="1000" height="667" fill="url(#sky)"/>${ridge(380, 330, '#9fb4cc')}${ridge(440, 240, '#7088a3')}${ridge(520, 190, '#4d6a72')}${ridge(600, 90, '#35553f')}${trees}`,
  );
}

const portrait = (): Buffer =>
  svg(
    300,
    400,
    `<defs>${gradient('wall', [
      [0, '#6f8f8a'],
      [1, '#2d4744'],
    ])}<radialGradient id="skin"><stop offset=".3" stop-color="#efc3a0"/><stop offset="1" stop-color="#c98f6b"/></radialGradient></defs>
    <rect width="300" height="400" fill="url(#wall)"/><path d="M40 400 Q50 290 150 285 Q250 290 260 400z" fill="#b8483f"/>
    <rect x="128" y="230" width="44" height="70" fill="#d19c78"/><ellipse cx="150" cy="165" rx="66" ry="84" fill="url(#skin)"/>
    <path d="M80 170 Q70 60 150 62 Q232 60 220 172 Q206 110 150 108 Q94 110 80 170z" fill="#3d2418"/>
    <ellipse cx="126" cy="168" rx="8" ry="6" fill="#fff"/><ellipse cx="174" cy="168" rx="8" ry="6" fill="#fff"/><circle cx="126" cy="168" r="4.4" fill="#2d4a5e"/><circle cx="174" cy="168" r="4.4" fill="#2d4a5e"/>
    <path d="M128 212 Q150 228 172 212" stroke="#8d3b34" stroke-width="5" fill="none" stroke-linecap="round"/><path d="M150 172 q-8 20 4 22" stroke="#b47a58" stroke-width="3" fill="none"/>`,
  );

function street(): Buffer {
  const random = randomness(23);
  const blocks = times(14, (index) => {
    const [x, width, height] = [index * 76 - 10, 72, 240 + random() * 330];
    const windows = times(Math.floor(height / 34), (floor) =>
      times(
        4,
        (column) =>
          `<rect x="${x + 8 + column * 16}" y="${690 - height + 12 + floor * 32}" width="10" height="18" fill="${random() > 0.5 ? '#f4d58d' : '#31435c'}"/>`,
      ).join(''),
    ).join('');
    return `<rect x="${x}" y="${690 - height}" width="${width}" height="${height}" fill="hsl(${Math.round(200 + random() * 50)},18%,${Math.round(28 + random() * 22)}%)"/>${windows}`;
  }).join('');
  const cars = times(
    7,
    (index) =>
      `<g transform="translate(${60 + index * 140} ${index % 2 ? 742 : 706})"><rect width="72" height="20" rx="8" fill="hsl(${index * 53},60%,48%)"/><rect x="14" y="-12" width="42" height="16" rx="6" fill="#c9d8e4"/><circle cx="16" cy="20" r="8" fill="#15171c"/><circle cx="56" cy="20" r="8" fill="#15171c"/></g>`,
  ).join('');
  return svg(
    1000,
    800,
    `<defs>${gradient('sky', [
      [0, '#8fb6d9'],
      [1, '#f3e3cd'],
    ])}</defs><rect width="1000" height="690" fill="url(#sky)"/>${blocks}<rect y="688" width="1000" height="112" fill="#3c3f46"/><path d="M0 736 H1000" stroke="#e8e0c8" stroke-width="4" stroke-dasharray="40 30"/>${cars}`,
  );
}

function flowers(): Buffer {
  const random = randomness(31);
  const blooms = times(150, () => {
    const [x, y, size, hue] = [
      random() * 900,
      120 + random() * 480,
      12 + random() * 34,
      [350, 20, 48, 300, 130][Math.floor(random() * 5)]!,
    ];
    const petals = times(
      6,
      (index) =>
        `<ellipse cx="0" cy="${-size * 0.7}" rx="${size * 0.36}" ry="${size * 0.7}" fill="hsl(${hue},100%,50%)" transform="rotate(${index * 60})"/>`,
    ).join('');
    return `<g transform="translate(${x.toFixed(0)} ${y.toFixed(0)})">${petals}<circle r="${size * 0.3}" fill="#ffd400"/></g>`;
  }).join('');
  return svg(
    900,
    600,
    `<defs>${gradient('field', [
      [0, '#00b35a'],
      [1, '#00552b'],
    ])}</defs><rect width="900" height="600" fill="url(#field)"/>${blooms}`,
  );
}

const upright = (): Buffer =>
  svg(
    600,
    800,
    `<defs>${gradient('dusk', [
      [0, '#fdd9a0'],
      [1, '#b3567a'],
    ])}</defs><rect width="600" height="800" fill="url(#dusk)"/><path d="M300 110 L470 330 H370 V520 H230 V330 H130z" fill="#fff"/>
    <path d="M150 580 V670 Q150 720 205 720 Q260 720 260 670 V580 M330 720 V580 H390 Q440 580 440 625 Q440 668 390 668 H330" stroke="#fff" stroke-width="26" fill="none"/>`,
  );

const logo = (): Buffer =>
  svg(
    400,
    400,
    `<defs>${gradient('blue', [
      [0, '#4aa8ff'],
      [1, '#1238a8'],
    ])}</defs><circle cx="200" cy="200" r="170" fill="url(#blue)"/><path d="M110 250 L180 150 L230 220 L260 180 L310 250z" fill="#fff"/><circle cx="270" cy="130" r="26" fill="#ffd34d"/><circle cx="200" cy="200" r="188" fill="none" stroke="#1238a8" stroke-opacity=".35" stroke-width="12"/>`,
  );

function screenshot(): Buffer {
  const random = randomness(41);
  const lines = times(
    16,
    (index) =>
      `<rect x="330" y="${170 + index * 30}" width="${Math.round(200 + random() * 420)}" height="10" rx="3" fill="#5b6472"/>`,
  ).join('');
  const menu = times(
    9,
    (index) =>
      `<rect x="30" y="${110 + index * 46}" width="180" height="30" rx="6" fill="${index === 2 ? '#2f6fed' : '#e9edf3'}"/>`,
  ).join('');
  return svg(
    1100,
    700,
    `<rect width="1100" height="700" fill="#fff"/><rect width="1100" height="64" fill="#1f2937"/><circle cx="34" cy="32" r="12" fill="#f87171"/><rect x="70" y="20" width="360" height="24" rx="12" fill="#374151"/><rect y="64" width="240" height="636" fill="#f5f7fa"/>${menu}<rect x="330" y="110" width="260" height="26" rx="4" fill="#111827"/>${lines}<rect x="860" y="600" width="180" height="50" rx="8" fill="#2f6fed"/>`,
  );
}

async function spinner(): Promise<Sharp> {
  const [side, frames] = [240, 24];
  const drawn = await Promise.all(
    times(frames, (frame) => {
      const dots = times(12, (index) => {
        const age = (frame / 2 - index + 24) % 12;
        const [x, y] = [120 + 84 * Math.sin((index * Math.PI) / 6), 120 - 84 * Math.cos((index * Math.PI) / 6)];
        return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="15" fill="#2563eb" opacity="${(1 - age / 13).toFixed(2)}"/>`;
      }).join('');
      return sharp(svg(side, side, `<rect width="240" height="240" fill="#f8fafc"/>${dots}`))
        .png()
        .toBuffer();
    }),
  );
  return sharp(drawn, { join: { animated: true } }).gif({ delay: times(frames, () => 60), loop: 0, effort: 4 });
}

/** A place as cameras and phones write it, which no variant may contain. */
const GPS = {
  IFD0: { Make: 'Sample', Model: 'Camera' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '53/1 32/1 3600/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '9/1 59/1 1200/100',
  },
};

const RECIPES: Record<string, () => Promise<Sharp>> = {
  'harbour.jpg': async () => (await withGrain(harbour(), 4000, 3000)).jpeg({ quality: 82 }),
  'mountains.jpg': async () => (await withGrain(mountains(), 3000, 2000)).jpeg({ quality: 84, progressive: true }),
  'portrait.jpg': async () => (await withGrain(portrait(), 1200, 1600, 16)).jpeg({ quality: 86 }),
  'city/street.jpg': async () => (await withGrain(street(), 1200, 960)).jpeg({ quality: 84 }),
  'rotated-gps.jpg': async () =>
    sharp(await (await withGrain(upright(), 900, 1200)).rotate(-90).jpeg({ quality: 84 }).toBuffer())
      .withExif(GPS)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 84 }),
  'wide-gamut.jpg': async () => (await withGrain(flowers(), 1500, 1000, 12)).withIccProfile('p3').jpeg({ quality: 86 }),
  'logo.png': async () => sharp(logo()).resize(1200).png(),
  'screenshot.png': async () => sharp(screenshot()).resize(2200).png(),
  'spinner.gif': spinner,
  'lake.webp': async () => (await withGrain(mountains(), 1500, 1000)).flop().webp({ quality: 82, effort: 2 }),
  'lake.avif': async () => (await withGrain(harbour(), 1200, 900)).flop().avif({ quality: 60, effort: 0 }),
  'naïve café+1 (2).jpg': async () => (await withGrain(street(), 900, 720)).flop().jpeg({ quality: 84 }),
};

async function make(file: string, recipe: () => Promise<Sharp>): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await (await recipe()).toFile(`${file}.part`);
  renameSync(`${file}.part`, file);
}

/**
 * Makes the samples that a folder does not have yet.
 * @param onMade called with the number of missing samples that are made so far
 * @returns the names of all samples
 */
export async function makeSamples(
  folder: string,
  onMade: (done: number, of: number) => void = () => undefined,
): Promise<string[]> {
  const marker = join(folder, '.recipe');
  mkdirSync(folder, { recursive: true });
  const current = existsSync(marker) && readFileSync(marker, 'utf8') === RECIPE;
  const missing = Object.entries(RECIPES).filter(([name]) => !current || !existsSync(join(folder, name)));
  let done = 0;
  if (missing.length > 0) onMade(done, missing.length);
  await Promise.all(
    missing.map(async ([name, recipe]) => {
      await make(join(folder, name), recipe);
      onMade((done += 1), missing.length);
    }),
  );
  writeFileSync(join(folder, 'badge.svg'), logo());
  writeFileSync(marker, RECIPE);
  return [...Object.keys(RECIPES), 'badge.svg'];
}

const samples: Main = async (args, terminal) => {
  const command = commandLine('samples', terminal)
    .description('Makes the sample originals that a folder does not have yet.')
    .argument('[folder]', 'folder of the samples', join(__dirname, '..', 'local', 'samples'))
    .parse(args, { from: 'user' });
  const [folder] = command.processedArgs as [string];
  const names = await makeSamples(folder);
  terminal.print(`${folder} has ${names.length} samples.`);
};

if (require.main === module) runCommand(samples);
