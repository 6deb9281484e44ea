// The bundle of this directory packs with msgpack by itself: there is no parser to hand in.
export default undefined;
