//! The run loop against a fake source of rows and a sink in memory.

mod columnar;

use std::ops::Range;
use std::sync::Mutex;

use super::*;
use crate::edition::{Cells, Edition, Keys};
use crate::format::Buffer;
use crate::format::csv::Csv;
use crate::plan::{Shard, plan};
use crate::sink::SinkError;
use crate::time::Time;

/// Unit u of any table has u % 4 rows.
struct Fake {
    units: u64,
    chunk_units: u64,
}

impl Rows for Fake {
    type Scratch = ();

    fn scratch(&self) {}

    fn units(&self, _: &'static Table) -> u64 {
        self.units
    }

    fn chunk_units(&self, _: &'static Table) -> u64 {
        self.chunk_units
    }

    fn keys(&self, _: &'static Table) -> Vec<Keys> {
        Vec::new()
    }

    fn count(&self, _: &'static Table, units: Range<u64>, _: &mut ()) -> u64 {
        units.map(|unit| unit % 4).sum()
    }

    fn write<C: Cells>(
        &self,
        _: &'static Table,
        units: Range<u64>,
        first_id: i64,
        mut cells: C,
        _: &mut (),
    ) -> C {
        let mut id = first_id;
        for unit in units {
            for row in 0..unit % 4 {
                cells.integer(id);
                cells.integer((unit * 10 + row) as i64);
                cells.time(Time(unit as u32));
                cells.end_row();
                id += 1;
            }
        }
        cells
    }
}

/// Keeps what it is given, or fails at a chunk.
#[derive(Default)]
struct Memory {
    bytes: Vec<u8>,
    fails_at: Option<u64>,
}

impl Sink for Memory {
    type Encoder = Csv;

    fn encoder(&self) -> Csv {
        Csv::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<(), SinkError> {
        self.bytes.extend_from_slice(table.name.as_bytes());
        self.bytes.push(b'\n');
        Ok(())
    }

    fn deliver(&mut self, _: &'static Table, batch: &mut Batch<Buffer>) -> Result<(), SinkError> {
        if self.fails_at == Some(batch.number) {
            return Err(SinkError::Closed);
        }
        self.bytes.extend_from_slice(batch.chunk.as_slice());
        Ok(())
    }

    fn end(&mut self, _: &'static Table) -> Result<(), SinkError> {
        Ok(())
    }
}

static GO: AtomicBool = AtomicBool::new(false);

fn options(threads: usize) -> Options<'static> {
    Options { threads, stop: &GO, observer: &() }
}

fn tables(names: &[&str]) -> Vec<&'static Table> {
    names.iter().map(|name| Edition::Platform.table(name).unwrap()).collect()
}

fn made(fake: &Fake, shard: Shard, threads: usize) -> (String, Vec<Digest>) {
    let mut parts = plan(fake, &tables(&["users", "media", "likes"]), shard).unwrap();
    number(fake, &mut parts, options(threads)).unwrap();
    let mut sink = Memory::default();
    let digests = run(fake, &parts, &mut sink, options(threads)).unwrap();
    (String::from_utf8(sink.bytes).unwrap(), digests)
}

#[test]
fn neither_threads_nor_chunks_change_the_output() {
    let whole = made(&Fake { units: 1000, chunk_units: 1000 }, Shard::WHOLE, 1);
    assert_eq!(whole.0.lines().count(), 3 * 1501);
    for threads in [1, 2, 3, 8] {
        for chunk_units in [1, 7, 64, 999, 1001] {
            // Only tables whose ids are counted are numbered across chunks.
            let parts = made(&Fake { units: 1000, chunk_units }, Shard::WHOLE, threads);
            let counted = |text: &str| text.split_once("media\n").unwrap().1.to_owned();
            assert_eq!(counted(&parts.0), counted(&whole.0), "{threads} threads, chunks of {chunk_units}");
            assert_eq!(parts.1[1..], whole.1[1..]);
        }
    }
}

#[test]
fn shards_put_together_are_the_whole() {
    let fake = Fake { units: 1000, chunk_units: 64 };
    let whole = made(&fake, Shard::WHOLE, 2);
    let media = |text: &str| {
        let (_, text) = text.split_once("media\n").unwrap();
        text.split_once("likes\n").unwrap().0.to_owned()
    };
    for count in [1, 2, 7, 100] {
        let mut together = String::new();
        let mut sums = [Digest::default(); 3];
        for index in 1..=count {
            let (text, digests) = made(&fake, Shard::new(index, count).unwrap(), 2);
            together += &media(&text);
            sums.iter_mut().zip(digests).for_each(|(sum, digest)| *sum += digest);
        }
        assert_eq!(together, media(&whole.0));
        assert_eq!(sums[1..], whole.1[1..]);
    }
}

#[test]
fn lanes_side_by_side_give_what_one_lane_gives() {
    let fake = Fake { units: 5000, chunk_units: 16 };
    let parts = plan(&fake, &tables(&["users", "follows", "tags"]), Shard::WHOLE).unwrap();
    let mut sink = Memory::default();
    let alone = run(&fake, &parts, &mut sink, options(3)).unwrap();
    let (mut a, mut b) = (Memory::default(), Memory::default());
    let lanes = vec![Lane { parts: &parts[..1], sink: &mut a }, Lane { parts: &parts[1..], sink: &mut b }];
    let together = run_lanes(&fake, lanes, options(3)).unwrap();
    assert_eq!(together.concat(), alone);
    assert_eq!([a.bytes, b.bytes].concat(), sink.bytes);
}

#[test]
fn the_first_error_ends_the_run() {
    let fake = Fake { units: 10_000, chunk_units: 4 };
    let parts = plan(&fake, &tables(&["users", "follows"]), Shard::WHOLE).unwrap();
    for threads in [1, 4] {
        let mut sink = Memory { fails_at: Some(100), ..Memory::default() };
        let error = run(&fake, &parts, &mut sink, options(threads)).unwrap_err();
        assert!(matches!(error, RunError::Sink(SinkError::Closed)), "{error}");
        assert!(sink.bytes.len() < 20_000);
    }
}

#[test]
fn a_stop_from_outside_ends_the_run() {
    struct StopAt<'a>(&'a AtomicBool, Mutex<u64>);
    impl Observer for StopAt<'_> {
        fn delivered(&self, _: &Part, units: u64, _: u64) {
            let mut seen = self.1.lock().unwrap();
            *seen += units;
            if *seen > 500 {
                self.0.store(true, Ordering::Relaxed);
            }
        }
    }
    let stop = AtomicBool::new(false);
    let observer = StopAt(&stop, Mutex::new(0));
    let fake = Fake { units: 100_000, chunk_units: 10 };
    let parts = plan(&fake, &tables(&["users"]), Shard::WHOLE).unwrap();
    let options = Options { threads: 2, stop: &stop, observer: &observer };
    let error = run(&fake, &parts, &mut Memory::default(), options).unwrap_err();
    assert!(matches!(error, RunError::Stopped), "{error}");
    assert!(*observer.1.lock().unwrap() < 1000);
}

#[test]
#[should_panic(expected = "a scoped thread panicked")]
fn a_panic_in_a_producer_ends_the_run() {
    struct Broken(Fake);
    impl Rows for Broken {
        type Scratch = ();
        fn scratch(&self) {}
        fn units(&self, table: &'static Table) -> u64 {
            self.0.units(table)
        }
        fn chunk_units(&self, table: &'static Table) -> u64 {
            self.0.chunk_units(table)
        }
        fn keys(&self, _: &'static Table) -> Vec<Keys> {
            Vec::new()
        }
        fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut ()) -> u64 {
            self.0.count(table, units, scratch)
        }
        fn write<C: Cells>(&self, _: &'static Table, units: Range<u64>, _: i64, cells: C, _: &mut ()) -> C {
            assert!(units.start < 50, "a row that cannot be");
            cells
        }
    }
    let broken = Broken(Fake { units: 1000, chunk_units: 10 });
    let parts = plan(&broken, &tables(&["users"]), Shard::WHOLE).unwrap();
    let _ = run(&broken, &parts, &mut Memory::default(), options(2));
}
