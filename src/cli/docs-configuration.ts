import { writeFileSync } from 'node:fs';
import { configurationPage } from '../config/configuration-page.js';

writeFileSync('docs/configuration.md', configurationPage());
