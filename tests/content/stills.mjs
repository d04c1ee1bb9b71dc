// The stills that the figures' own modules draw, for tests/content/test_stills.py.
import { stills as phone_booths } from "../../docs/assets/pool/booths.js";
import { stills as cliff } from "../../docs/assets/pool/cliff.js";
import { stills as connecting } from "../../docs/assets/pool/connecting.js";
import { stills as who_holds } from "../../docs/assets/pool/holders.js";
import { stills as frozen_loop } from "../../docs/assets/pool/frozen.js";
import { stills as leak } from "../../docs/assets/pool/leak.js";
import { stills as stale } from "../../docs/assets/pool/stale.js";
import { stills as engine_settings } from "../../docs/assets/pool/settings.js";

const figures = { phone_booths, connecting, engine_settings, leak, who_holds, stale, frozen_loop, cliff };

export const names = () => Object.keys(figures);
export const draw = (name) => figures[name]();
