import { startEarly } from './early-server.js';

void startEarly(process.argv, process.env)
  .then(() => import('./main.js'))
  .then(({ main }) => main());
