// The stills that the figures' own modules draw, for tests/content/test_stills.py.
import { stills as phone_booths } from "../../docs/assets/pool/booths.js";
import { stills as two_borrowers } from "../../docs/assets/pool/borrowers.js";
import { stills as connecting } from "../../docs/assets/pool/connecting.js";
import { stills as leak } from "../../docs/assets/pool/leak.js";
import { stills as engine_settings } from "../../docs/assets/pool/settings.js";

const figures = { phone_booths, connecting, two_borrowers, engine_settings, leak };

export const names = () => Object.keys(figures);
export const draw = (name) => figures[name]();
