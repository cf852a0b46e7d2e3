import { LANGUAGES, isInstalled, runRecipe, vectors } from '../docs/recipes';

test.each(['php', 'go'])(
  'the recipe in %s makes the URLs of the test vectors',
  (name) => {
    if (!isInstalled(LANGUAGES[name]!)) {
      console.warn(`${name} is not installed, so its recipe is not tried: apt-get install php-cli golang-go`);
      return;
    }
    expect(runRecipe(name)).toEqual(vectors.map(({ url }) => url));
  },
  300_000,
);
