import type { Table } from './bench';

const cell = (value: string | number): string => String(value).replaceAll('|', '\\|');

const line = (cells: (string | number)[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** Tables as Markdown. */
export const print = (tables: Table[]): string =>
  tables
    .map(({ title, head, rows }) =>
      [`### ${title}`, '', line(head), line(head.map(() => '-')), ...rows.map(line)].join('\n'),
    )
    .join('\n\n');
