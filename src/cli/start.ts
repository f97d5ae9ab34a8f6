import { startEarly } from './early-server.js';

startEarly(process.argv, process.env);
await import('./main.js');
