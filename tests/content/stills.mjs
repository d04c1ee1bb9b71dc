// The stills that the figures' own modules draw, for tests/content/test_stills.py.
import { stills as phone_booths } from "../../docs/assets/pool/booths.js";
import { stills as connecting } from "../../docs/assets/pool/connecting.js";
import { stills as leak } from "../../docs/assets/pool/leak.js";
import { stills as engine_settings } from "../../docs/assets/pool/settings.js";
import { stills as pools_in_tests } from "../../docs/assets/pool/tests.js";

const figures = { phone_booths, connecting, engine_settings, leak, pools_in_tests };

export const names = () => Object.keys(figures);
export const draw = (name) => figures[name]();
