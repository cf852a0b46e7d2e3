/** The colour of what was transparent, in formats without transparency: such a background is white there. */
export const opaqueGround = (background: string): string => (background === 'transparent' ? 'white' : background);
