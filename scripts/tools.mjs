/** The program of our own commands from source; the bundle has one file at this same place, so that keys are the same. */
import '../src/tools/main.ts';
