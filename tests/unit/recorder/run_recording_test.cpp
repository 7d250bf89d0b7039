// A run on disk: what was kept reads as it did live, whatever became of the process that recorded it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <thread>

#include "slipway/data/connection.h"
#include "tests/support/eventually.h"
#include "tests/support/folder.h"
#include "tests/unit/recorder/world.h"
#include "workbench/recorder/part_bytes.h"
#include "workbench/recorder/run_archive.h"
#include "workbench/recorder/run_file.h"
#include "workbench/recorder/run_writer.h"

namespace workbench::recorder {
namespace {

using slipway::TraceId;
using slipway::telemetry::CallRecord;
using slipway::telemetry::intern;
using tests::World;
using Why = CallRecord::Why;
using State = RunInfo::State;

struct Place {
  tests::Folder root;
  Place() { std::filesystem::create_directories(root / ".slipway"); }
  RunFolder folder{root.path()};
  std::shared_ptr<RunWriter> begin(RunWriter::Options options = {}) {
    auto writer = RunWriter::begin(folder, std::move(options));
    if (!writer.ok()) throw std::runtime_error(writer.error().to_string());
    return *writer;
  }
  std::unique_ptr<RunFile> open(const std::string& id) const {
    auto file = RunFile::open(folder.file_of(id).string());
    if (!file.ok()) throw std::runtime_error(file.error().to_string());
    return std::move(*file);
  }
  RunInfo info(const std::string& id) const {
    auto found = folder.find(id);
    if (!found.ok()) throw std::runtime_error(found.error().to_string());
    return *found;
  }
};

std::string words(const Trace& t) {
  std::string out = t.id + " " + t.root_name + " " + t.root_service + " " + std::to_string(t.status) + (t.error ? " error" : "") + (t.partial ? " partial" : "") + " " + t.stopped_by + " " +
                    std::to_string(t.start_ns) + "+" + std::to_string(t.duration_ns) + "\n";
  for (const auto& s : t.spans) {
    out += std::string(static_cast<std::size_t>(s.depth), ' ') + s.id + "<" + s.parent + " " + s.name + " " + s.service + "/" + s.instance + " " + std::to_string(static_cast<int>(s.kind)) +
           std::to_string(static_cast<int>(s.status)) + (s.critical ? "!" : "") + " " + std::to_string(s.start_ns) + "+" + std::to_string(s.duration_ns) + " " + std::to_string(s.enter_ns) + "," +
           std::to_string(s.exit_ns) + "," + std::to_string(s.self_ns);
    for (const auto& [k, v] : s.attributes) out += " " + k + "=" + v;
    out += "\n";
  }
  return out;
}

std::vector<std::string> words(const slipway::Result<std::vector<TracePtr>>& list) {
  std::vector<std::string> out;
  if (!list.ok()) return {list.error().to_string()};
  for (const auto& t : *list) out.push_back(words(*t));
  return out;
}

// A trace as the store hands it over, with parts of one span each.
KeptPtr kept(std::uint64_t number, std::uint64_t trace, std::vector<std::string> operations = {"GET /"}, bool notable = false, std::size_t extra = 0) {
  auto t = std::make_shared<KeptTrace>();
  t->number = number;
  t->id = {trace * 0x9E3779B97F4A7C15ull, trace};
  t->notable = notable;
  t->tops = 1;
  t->status = 200;
  t->bytes = 400 + extra;
  std::uint64_t caller = 0;
  for (const auto& operation : operations) {
    auto r = std::make_shared<CallRecord>();
    r->identity.trace = t->id;
    r->identity.span = number << 20 | std::hash<std::string>()(operation) << 1 | 1;
    r->remote_parent = caller;
    r->service = intern("gateway");
    r->operation = intern(operation);
    r->status = 200;
    r->start = slipway::Ticks::now();
    r->end = r->start + 1000;
    slipway::telemetry::Span s;
    s.id = r->identity.span;
    s.parent = caller;
    s.name = r->operation;
    s.start = r->start;
    s.end = r->end;
    r->spans.push_back(s);
    if (extra > 0) r->attributes.push_back({0, intern("note"), std::string(extra, 'x')});
    caller = s.id;
    t->parts.push_back(std::move(r));
    ++t->spans;
  }
  return t;
}

void give(RunWriter& writer, const std::vector<KeptPtr>& traces) { writer.on_traces(traces); }

TEST(RunRecording, WhatWasKeptReadsAsItDidLiveByEveryFilter) {
  Place place;
  World w;
  w.recorder.name_instance("orders-1", "orders");
  const auto writer = place.begin();
  w.recorder.set_tap(writer);
  std::vector<std::string> ids;
  for (const int status : {201, 429, 503, 201, 404}) ids.push_back(w.order(status, status == 404));
  World::Hop a, b;  // of one trace, without the call between them
  const std::string outside = "00-0af7651916cd43dd8448eb211c80319c-";
  w.begin(a, "orders-1", "GET /a", outside + "b7ad6b7169203331-01");
  w.end(a, 200);
  w.recorder.telemetry().drain();
  writer->flush();
  w.begin(b, "pricing", "GET /b", outside + "00f067aa0ba902b7-01");  // comes when the rest is in the file
  w.end(b, 200);
  w.recorder.telemetry().drain();
  for (const auto& [instance, service] : w.recorder.instances()) writer->put_instance(instance, service);
  w.recorder.set_tap(nullptr);
  writer->close(true);

  const auto file = place.open(writer->id());
  const auto live = words(w.recorder.list("", 100));
  ASSERT_EQ(live.size(), 6u);
  EXPECT_EQ(words(file->list("", 100)), live);
  const char* filters[] = {"status!=ok",          "status=error",       "status=2xx",           "status>=404",       "stopped=rate_limit", "stopped!=\"\"",
                           "service=orders",      "service=orders-1",   "service!=pricing",     "instance~order",    "name~\"INSERT or\"", "INSERT status=201",
                           "name=\"GET /a\"",     "partial=true",       "partial!=true dur<1h", "dur>1h",            "dur>=0s quote",      "trace=0af7",
                           "name!~INSERT dur<1h", "service=nobody",     "dur>5",                "colour=red",        "status=ok INSERT"};
  std::size_t found = 0;
  for (const char* filter : filters) {
    const auto wanted = words(w.recorder.list(filter, 100));
    EXPECT_EQ(words(file->list(filter, 100)), wanted) << filter;
    found += wanted.size();
  }
  EXPECT_GT(found, 30u) << "filters that find nothing compare nothing";
  EXPECT_EQ(words(file->list("", 2)), words(w.recorder.list("", 2)));
  for (const auto& id : ids) {
    const auto one = file->find(id.substr(0, 14));
    ASSERT_TRUE(one.ok()) << one.error().to_string();
    EXPECT_EQ(words(**one), words(**w.recorder.find(id)));
  }
  EXPECT_EQ(file->find("xyz").error().reason(), "TRACE_ID_INVALID");
  EXPECT_EQ(file->find("00000000").error().reason(), "TRACE_NOT_FOUND");
  EXPECT_EQ(file->find(std::string(1, ids[0][0])).ok(), w.recorder.find(std::string(1, ids[0][0])).ok());
}

TEST(RunRecording, AClosedRunIsOneFileThatOnlyItsUserReads) {
  Place place;
  const auto writer = place.begin();
  const auto mode = [&](const std::string& end) {
    struct stat s {};
    return ::stat((place.folder.path() / (writer->id() + end)).c_str(), &s) == 0 ? static_cast<int>(s.st_mode & 0777) : -1;
  };
  struct stat folder {};
  ASSERT_EQ(::stat(place.folder.path().c_str(), &folder), 0);
  EXPECT_EQ(folder.st_mode & 0777, 0700u);
  give(*writer, {kept(1, 1)});
  writer->flush();
  for (const char* end : {".sqlite", ".sqlite-wal", ".lock"}) EXPECT_EQ(mode(end), 0600) << end;
  EXPECT_EQ(place.info(writer->id()).state, State::Recording);
  writer->close(true);
  EXPECT_EQ(mode(".sqlite"), 0600);
  for (const char* end : {".sqlite-wal", ".sqlite-shm", ".lock"}) EXPECT_EQ(mode(end), -1) << end;
  const auto info = place.info(writer->id());
  EXPECT_EQ(info.state, State::Closed);
  EXPECT_EQ(info.traces, 1u);
  EXPECT_EQ(info.problem + info.stopped_writing, "");
  EXPECT_GE(info.ended_ns, info.started_ns);
  EXPECT_GT(info.bytes, 4096u);
  for (const char* end : {".sqlite-wal", ".sqlite-shm"}) EXPECT_EQ(mode(end), -1) << "looking writes nothing: " << end;
}

TEST(RunRecording, OneThatIsNotToBeKeptLeavesNothing) {
  Place place;
  const auto writer = place.begin();
  give(*writer, {kept(1, 1)});
  writer->close(false);
  EXPECT_TRUE(std::filesystem::is_empty(place.folder.path()));
}

TEST(RunRecording, AtHighRatesFailuresStayAndSampledOnesAreCounted) {
  Place place;
  RunWriter::Options o;
  o.sampled_per_s = 50;
  const auto writer = place.begin(o);
  std::vector<KeptPtr> batch;
  for (std::uint64_t i = 1; i <= 500; ++i) batch.push_back(kept(i, i, {"GET /"}, i % 10 == 0));
  give(*writer, batch);
  // A refused one of which a part turns out to have failed.
  give(*writer, {kept(499, 499, {"GET /", "GET /failed"}, true)});
  // Another part of a refused one does not bring it back.
  give(*writer, {kept(498, 498, {"GET /", "GET /more"})});
  writer->close(true);
  const auto info = place.info(writer->id());
  EXPECT_EQ(info.traces + info.not_kept, 500u);
  EXPECT_GE(info.traces, 101u);
  EXPECT_LE(info.traces, 111u) << "50 a second, and what the time between the batches lets through";
  const auto file = place.open(writer->id());
  for (std::uint64_t i = 10; i <= 500; i += 10) EXPECT_TRUE(file->find(batch[i - 1]->id.hex()).ok()) << i;
  const auto promoted = file->find(batch[498]->id.hex());
  ASSERT_TRUE(promoted.ok());
  EXPECT_EQ((*promoted)->spans.size(), 2u);
  EXPECT_FALSE(file->find(batch[497]->id.hex()).ok());
}

TEST(RunRecording, AFullQueueAndAFullFileAreCounted) {
  Place place;
  RunWriter::Options o;
  o.sampled_per_s = o.notable_per_s = 1e6;
  o.queue_bytes = 100'000;
  o.sampled_bytes = 400'000;
  o.every = std::chrono::hours(1);
  const auto writer = place.begin(o);
  std::vector<KeptPtr> batch;
  for (std::uint64_t i = 1; i <= 30; ++i) batch.push_back(kept(i, i, {"GET /"}, true, 9'600));  // ten fit
  give(*writer, batch);
  writer->flush();
  EXPECT_EQ(place.info(writer->id()).traces, 10u);
  EXPECT_EQ(place.info(writer->id()).not_kept, 20u);
  std::uint64_t number = 100;
  for (; number < 200 && place.info(writer->id()).traces == number - 90; ++number) {
    give(*writer, {kept(number, number, {"GET /"}, false, 9'600)});
    writer->flush();
  }
  EXPECT_LT(number, 150u) << "a file of that size takes no more that sampling alone kept";
  give(*writer, {kept(1000, 1000, {"GET /"}, true)});
  writer->close(true);
  EXPECT_TRUE(place.open(writer->id())->find(kept(1000, 1000)->id.hex()).ok()) << "failures it does";
}

TEST(RunRecording, PartsThatComeAfterTheTraceLeftTheMemoryJoinThoseInTheFile) {
  Place place;
  const auto writer = place.begin();
  const auto early = kept(1, 7, {"GET /first", "GET /second"});
  give(*writer, {early});
  writer->flush();
  auto late = kept(50, 7, {"GET /third"});
  give(*writer, {late});
  writer->flush();
  give(*writer, {kept(50, 7, {"GET /third", "GET /fourth"})});
  writer->close(true);
  const auto file = place.open(writer->id());
  const auto all = file->list("", 10);
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 1u) << "one trace, not two";
  std::multiset<std::string> names;
  for (const auto& s : all->front()->spans) names.insert(s.name);
  EXPECT_EQ(names, (std::multiset<std::string>{"GET /first", "GET /second", "GET /third", "GET /fourth"}));
  EXPECT_EQ(place.info(writer->id()).traces, 1u);
}

TEST(RunRecording, DamagedBytesOfATraceAreRefused) {
  std::string bytes;
  std::vector<slipway::telemetry::NameId> names;
  const auto t = kept(1, 1, {"GET /a", "GET /b"}, false, 40);
  append_parts(bytes, {t->parts.data(), t->parts.size()}, names);
  const auto whole = parts_of(t->id, bytes);
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->size(), 2u);
  EXPECT_FALSE(parts_of(t->id, ""));
  std::size_t refused = 0;
  for (std::size_t n = 1; n < bytes.size(); ++n) {
    const auto part = parts_of(t->id, std::string_view(bytes).substr(0, n));
    refused += !part;
    if (part) {
      EXPECT_EQ(part->size(), 1u) << n;
    }
  }
  EXPECT_EQ(refused, bytes.size() - 2);
  for (std::size_t at = 0; at < bytes.size(); ++at)
    for (const int bit : {0, 3, 7}) {
      std::string wrong = bytes;
      wrong[at] = static_cast<char>(wrong[at] ^ 1 << bit);
      if (const auto parts = parts_of(t->id, wrong))
        (void)assemble(*parts, [](std::string_view i, bool& known) { return known = false, std::string(i); }, unix_reading([](auto) { return std::string_view("n"); }));
    }
}

// A child process that does something with a run and tells by its exit code, or waits to be killed.
class Child {
 public:
  template <class Does>
  explicit Child(Does does) {
    int fds[2];
    if (::pipe(fds) != 0) throw std::runtime_error("no pipe");
    pid_ = ::fork();
    if (pid_ == 0) {
      ::close(fds[0]);
      ::_exit(does([fd = fds[1]] { (void)!::write(fd, "!", 1); }));
    }
    ::close(fds[1]);
    from_ = fds[0];
  }
  ~Child() {
    if (pid_ > 0) kill(), (void)wait();
    ::close(from_);
  }
  bool told() {
    char c;
    return ::read(from_, &c, 1) == 1;
  }
  void kill() { ::kill(pid_, SIGKILL); }
  int wait() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  pid_t pid_ = -1;
  int from_ = -1;
};

TEST(RunRecording, AKilledProcessLeavesARunThatIsCutAndReadable) {
  Place place;
  Child child([&](const auto& tell) {
    const auto writer = place.begin();
    give(*writer, {kept(1, 1), kept(2, 2, {"GET /", "GET /below"}, true)});
    writer->on_event({1, Event::Level::Info, "service", "gateway", "listening"});
    writer->add_second({1'700'000'000, "gateway", 7, 2, 0, 0, 0}, true);
    writer->flush();
    tell();
    for (;;) ::pause();
    return 0;
  });
  ASSERT_TRUE(child.told());
  auto all = place.folder.list();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].state, State::Recording) << "another process records it";
  EXPECT_EQ(place.folder.remove(all[0].id).error().reason(), "RUN_RECORDING");
  EXPECT_EQ(place.folder.clean()->runs, 0u);
  child.kill();
  EXPECT_EQ(child.wait(), 128 + SIGKILL);
  all = place.folder.list();
  ASSERT_EQ(all.size(), 1u);
  const RunInfo& run = all[0];
  EXPECT_EQ(run.state, State::Cut);
  EXPECT_EQ(run.traces, 2u);
  EXPECT_EQ(run.requests, 7u);
  EXPECT_EQ(run.errors, 2u);
  EXPECT_GT(run.ended_ns, run.started_ns);
  EXPECT_LE(run.ended_ns, slipway::Clock::system().wall().time_since_epoch().count());
  EXPECT_EQ(words(place.open(run.id)->list("", 10)).size(), 2u);
  EXPECT_TRUE(place.folder.remove(run.id).ok());
  EXPECT_TRUE(std::filesystem::is_empty(place.folder.path()));
}

TEST(RunRecording, AFullDiskStopsTheRecordingOnceAndKeepsWhatWasWritten) {
  Place place;
  Child child([&](const auto&) {
    const rlimit limit{600'000, 600'000};
    ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::atomic<int> stops{0};
    RunWriter::Options o;
    o.sampled_per_s = 1e6;
    o.on_stop = [&](const std::string& why) { stops += why.empty() ? 100 : 1; };
    const auto writer = place.begin(o);
    for (std::uint64_t i = 1; i <= 300; ++i) {
      give(*writer, {kept(i, i, {"GET /"}, false, 9'000)});
      if (i % 10 == 0) writer->flush();
    }
    writer->on_event({1, Event::Level::Info, "service", "gateway", "goes on"});
    writer->flush();
    writer->close(true);
    return stops.load();
  });
  EXPECT_EQ(child.wait(), 1) << "said once";
  const auto all = place.folder.list();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].problem, "");
  EXPECT_NE(all[0].state, State::Recording);
  EXPECT_NE(all[0].stopped_writing, "");
  const auto read = place.open(all[0].id)->list("", 1000);
  ASSERT_TRUE(read.ok());
  EXPECT_GT(read->size(), 20u);
  EXPECT_LT(read->size(), 100u);
  EXPECT_EQ(read->size(), all[0].traces);
}

TEST(RunRecording, TwentyWithoutAStarStay) {
  Place place;
  std::vector<std::string> ids;
  for (int i = 0; i < 24; ++i) {
    const auto writer = place.begin();
    writer->close(true);
    ids.push_back(writer->id());
    if (i == 0) {
      ASSERT_TRUE(place.folder.star(ids[0], true).ok());
    }
    if (i == 1) {
      ASSERT_TRUE(place.folder.star(ids[1], true).ok());
      ASSERT_TRUE(place.folder.star(ids[1], false).ok());
    }
  }
  const auto recorded = place.begin();
  const auto freed = place.folder.trim();
  EXPECT_EQ(freed.runs, 4u) << "of 23 without a star 19 stay beside the one that is being recorded";
  EXPECT_GT(freed.bytes, 4u * 4096);
  auto all = place.folder.list();
  EXPECT_EQ(all.size(), 21u);
  EXPECT_EQ(all.front().id, recorded->id());
  EXPECT_EQ(all.back().id, ids[0]) << "the oldest has a star";
  EXPECT_TRUE(all.back().starred);
  EXPECT_EQ(all[19].id, ids[5]);
  EXPECT_EQ(place.folder.usage().runs, 21u);
  EXPECT_EQ(place.folder.usage().starred, 1u);
  EXPECT_EQ(place.folder.clean()->runs, 19u);
  all = place.folder.list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].state, State::Recording);
  EXPECT_EQ(place.folder.remove(recorded->id()).error().reason(), "RUN_RECORDING");
  EXPECT_TRUE(place.folder.remove(ids[0]).ok()) << "a star keeps from what goes by itself, not from who asks for it";
  recorded->close(true);
  EXPECT_EQ(place.folder.list().size(), 1u);
  EXPECT_EQ(place.folder.find("19").error().reason(), "NO_RUN");
}

TEST(RunRecording, TwoGigabytesStay) {
  Place place;
  const auto old = place.begin();
  old->close(true);
  const auto starred = place.begin();
  starred->close(true);
  ASSERT_TRUE(place.folder.star(starred->id(), true).ok());
  const std::string large = place.folder.path() / "29991231-000000-aaaa.sqlite";  // of zeros, and of no run
  std::ofstream(large).close();
  std::filesystem::resize_file(large, 1'999'999'000);
  EXPECT_EQ(place.folder.trim().runs, 1u);
  const auto all = place.folder.list();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NE(all[0].problem, "");
  EXPECT_EQ(all[1].id, starred->id());
}

TEST(RunRecording, AFileThatIsNoRunOrANewerOneIsListedWithItsProblem) {
  Place place;
  const auto newer = place.begin();
  newer->close(true);
  {
    auto c = slipway::data::Connection::open(place.folder.file_of(newer->id()).string(), slipway::data::Connection::Access::ReadWrite, {});
    ASSERT_TRUE(c.ok());
    ASSERT_TRUE((*c)->exec("PRAGMA user_version = 2").ok());
    ASSERT_TRUE((*c)->exec("PRAGMA journal_mode = DELETE").ok());
  }
  const auto broken = place.begin();
  broken->close(true);
  std::filesystem::resize_file(place.folder.file_of(broken->id()), 5000);
  std::ofstream(place.folder.file_of("20000101-000000-text")) << "this is no database, but it is long enough to be looked at";
  std::ofstream(place.folder.file_of("20000101-000000-none")).close();
  std::filesystem::create_symlink("/etc/passwd", place.folder.file_of("20000101-000000-link"));
  const auto all = place.folder.list();
  ASSERT_EQ(all.size(), 4u) << "a link is not followed";
  for (const auto& run : all) {
    EXPECT_NE(run.problem, "") << run.id;
    EXPECT_EQ(run.traces, 0u);
    EXPECT_GE(run.bytes, run.id.ends_with("none") ? 0u : 50u);
  }
  EXPECT_NE(place.info(newer->id()).problem.find("newer slipway (format 2"), std::string::npos) << place.info(newer->id()).problem;
  EXPECT_NE(place.info("20000101-000000-text").problem.find("is no recorded run"), std::string::npos);
  EXPECT_EQ(RunFile::open(place.folder.file_of(newer->id()).string()).error().reason(), "RUN_UNREADABLE");
  EXPECT_EQ(place.folder.clean()->runs, 4u);
}

TEST(RunRecording, IsReadWhileItIsWritten) {
  Place place;
  RunWriter::Options o;
  o.sampled_per_s = 1e6;
  const auto writer = place.begin(o);
  std::atomic<bool> done{false};
  auto reader = std::async(std::launch::async, [&] {
    const auto file = place.open(writer->id());
    std::size_t seen = 0, looks = 0;
    for (bool last = false; !last; ++looks) {
      last = done;
      const auto list = file->list("name~GET", 10'000);
      if (!list.ok()) return std::string(list.error().to_string());
      if (list->size() < seen) return std::string("fewer than before");
      seen = list->size();
      for (const auto& t : *list)
        if (t->spans.size() != 2 || t->root_name.substr(0, 5) != "GET /") return "half a trace: " + words(*t);
    }
    return looks > 1 && seen == 400 ? std::string() : std::to_string(seen) + " seen in " + std::to_string(looks) + " looks";
  });
  for (std::uint64_t i = 1; i <= 400; ++i) {
    give(*writer, {kept(i, i, {"GET /" + std::to_string(i), "GET below"})});
    if (i % 20 == 0) writer->flush();
  }
  writer->flush();
  done = true;
  EXPECT_EQ(reader.get(), "");
  writer->close(true);
  EXPECT_EQ(place.info(writer->id()).traces, 400u);
}

TEST(RunRecording, AFolderThatCannotBeWrittenIsSaid) {
  tests::Folder root;
  RunFolder folder(root.path());  // without .slipway
  const auto writer = RunWriter::begin(folder);
  ASSERT_FALSE(writer.ok());
  EXPECT_EQ(writer.error().reason(), "RUN_NOT_RECORDED");
  EXPECT_TRUE(folder.list().empty());
}

}  // namespace
}  // namespace workbench::recorder
