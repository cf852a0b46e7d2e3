/** The playground: a page that shows originals and their variants. */
import { render } from 'preact';
import { App } from './app';

render(<App />, document.body);
