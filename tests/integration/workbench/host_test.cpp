// The host itself: one per workspace, one state for all who attach, a drain that loses nothing, and foreign
// folders kept inside.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <future>
#include <set>

#include "slipway/codec/codec.h"
#include "slipway/transport/listener.h"
#include "tests/integration/http/raw_client.h"
#include "tests/integration/workbench/lab.h"
#include "workbench/host/control.h"

namespace {

using namespace workbench;
using slipway::Value;
using tests::Lab;
using tests::RawClient;

// A connection to the control socket that says anything.
class RawControl {
 public:
  explicit RawControl(const std::string& folder) : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.slipway/control";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~RawControl() { ::close(fd_); }
  RawControl(const RawControl&) = delete;
  bool connected() const { return connected_; }
  bool say(const std::string& bytes) {
    return ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }
  // One line, without its end; empty when the host hung up.
  std::string line() {
    std::string out;
    for (char c; ::recv(fd_, &c, 1, 0) == 1;) {
      if (c == '\n') return out;
      out += c;
    }
    return {};
  }

 private:
  int fd_;
  bool connected_ = false;
};

std::int64_t in_flight_at_pricing(Lab& lab) {
  std::int64_t all = 0;
  for (const auto& t : lab->balanced())
    if (t.target == "pricing")
      for (const auto& n : t.nodes) all += n.in_flight;
  return all;
}

const std::string kOrder = R"({"customer":"c-1","sku":"A-1","qty":1})";

std::string create_order(bool last = false) {
  return "POST /orders HTTP/1.1\r\nHost: lab\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(kOrder.size()) + "\r\n" + (last ? "Connection: close\r\n" : "") + "\r\n" + kOrder;
}

TEST(Host, WhoHasAnAnswerFindsItsTraceInTheListAtOnce) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  auto control = host::ControlClient::connect(lab.folder());
  ASSERT_TRUE(control.ok());
  RawClient client(lab.port("hello"));
  // More than one, since a round of the collector may come in between by chance.
  for (int i = 1; i <= 8; ++i) {
    client.say("GET /hello/n" + std::to_string(i) + " HTTP/1.1\r\nHost: lab\r\n\r\n");
    ASSERT_EQ(tests::status_of(client.reply()), 200);
    auto list = (*control)->call("traces.list", Value::object({{"limit", Value(100)}}));
    ASSERT_TRUE(list.ok()) << list.error().to_string();
    EXPECT_EQ(list->as_list().size(), static_cast<std::size_t>(i));
  }
}

TEST(Host, ASecondOneOnTheSameFolderIsRefusedWithThePidOfTheFirst) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  auto second = host::Host::open(lab.folder(), {});
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().reason(), "WORKSPACE_IN_USE");
  EXPECT_EQ(second.error().code(), 409);
  EXPECT_EQ(second.error().metadata().at("pid"), std::to_string(::getpid()));
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
  lab.close();
  EXPECT_TRUE(lab.open().ok());
}

TEST(Host, WhoAttachesSeesOneState) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  auto one = host::ControlClient::connect(lab.folder());
  auto two = host::ControlClient::connect(lab.folder());
  ASSERT_TRUE(one.ok());
  ASSERT_TRUE(two.ok());
  auto set = (*one)->call("config.set", Value::object({{"key", Value("gateway.timeout.after")},
                                                       {"value", Value("1s")},
                                                       {"who", Value("first")}}));
  ASSERT_TRUE(set.ok()) << set.error().to_string();
  EXPECT_EQ(lab->explain("gateway.timeout.after")->text, "1s");
  auto history = (*two)->call("config.history", Value::object({}));
  ASSERT_TRUE(history.ok());
  EXPECT_EQ(history->as_list().front()["who"].as_string(), "first");
  auto sent = (*one)->call("send", Value::object({{"id", Value("orders/create")}}));
  ASSERT_TRUE(sent.ok()) << sent.error().to_string();
  EXPECT_EQ((*sent)["status"].as_int(), 201);
  auto shown = (*two)->call("traces.show", Value::object({{"id", (*sent)["trace_id"]}}));
  ASSERT_TRUE(shown.ok()) << shown.error().to_string();
  std::set<std::string> services;
  for (const auto& s : (*shown)["spans"].as_list())
    services.insert(s["service"].as_string().substr(0, s["service"].as_string().find('-')));
  EXPECT_EQ(services, (std::set<std::string>{"gateway", "inventory", "orders", "pricing"}));
  auto unknown = (*two)->call("config.get", Value::object({{"key", Value("gateway.timeout.aftr")}}));
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().code(), 404);
  EXPECT_EQ(unknown.error().reason(), "CONFIG_KEY_UNKNOWN");
}

TEST(Host, TheControlSocketIsForItsOwnerOnlyAndGoesWithTheHost) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  struct stat s {};
  ASSERT_EQ(::stat((lab.folder() + "/.slipway/control").c_str(), &s), 0);
  EXPECT_EQ(s.st_mode & 0777, 0600u);
  lab.close();
  EXPECT_NE(::stat((lab.folder() + "/.slipway/control").c_str(), &s), 0);
  auto nobody = host::ControlClient::connect(lab.folder());
  ASSERT_FALSE(nobody.ok());
  EXPECT_EQ(nobody.error().reason(), "NO_HOST");
}

TEST(Host, GarbageOnTheControlSocketIsAnsweredWithErrorsAndHarmsNobody) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  {
    RawControl raw(lab.folder());
    ASSERT_TRUE(raw.connected());
    for (const std::string line :
         {"", "hello", "{", "[]", "42", "null", "\"op\"", "{\"op\":7}", "{\"op\":[\"send\"],\"arguments\":3}",
          "{\"op\":\"send\",\"arguments\":[1]}", "{\"op\":\"send\",\"arguments\":{\"id\":{}}}",
          "{\"op\":\"config.set\",\"arguments\":{\"key\":\"\",\"value\":null}}",
          "{\"op\":\"traces.list\",\"arguments\":{\"limit\":-1,\"filter\":\"dur>\"}}",
          "{\"op\":\"no\\u0000such\"}", "{\"op\":\"\xff\xfe\"}", "\x80\x81\x82"}) {
      ASSERT_TRUE(raw.say(line + "\n")) << line;
      const std::string answer = raw.line();
      auto reply = slipway::codec::parse_json(answer);
      ASSERT_TRUE(reply.ok()) << line << " -> " << answer;
      EXPECT_TRUE((*reply)["error"].is_map()) << line << " -> " << answer;
    }
    const std::string deep(100'000, '[');
    ASSERT_TRUE(raw.say(deep + "\n"));
    EXPECT_NE(raw.line().find("error"), std::string::npos);
    ASSERT_TRUE(raw.say("{\"op\":\"config.version\"}\n"));
    EXPECT_NE(raw.line().find("result"), std::string::npos);
    ASSERT_TRUE(raw.say("{\"op\":\"serv"));  // and goes away in the middle
  }
  RawControl endless(lab.folder());
  const std::string chunk(1 << 20, 'x');
  bool taken = true;
  for (int k = 0; k < 32 && taken; ++k) taken = endless.say(chunk);
  EXPECT_FALSE(taken);  // a line without end is cut off
  EXPECT_EQ(lab.get("{{hello}}/hello/Ada").status, 200);
}

TEST(Host, MoreThan32AtTheControlSocketAreTurnedAwayAndItRecovers) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  std::vector<std::unique_ptr<RawControl>> all;
  int served = 0;
  for (int k = 0; k < 40; ++k) {
    all.push_back(std::make_unique<RawControl>(lab.folder()));
    all.back()->say("{\"op\":\"config.version\"}\n");
    if (!all.back()->line().empty()) ++served;
  }
  EXPECT_EQ(served, 32);
  all.clear();
  EXPECT_TRUE(lab.until([&] {
    RawControl raw(lab.folder());
    return raw.say("{\"op\":\"config.version\"}\n") && !raw.line().empty();
  }));
}

TEST(Host, ADrainAnswersEveryRequestItHasRead) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  ASSERT_TRUE(lab->set("pricing.work.distribution", "constant", "test").ok());
  for (int k = 1; k <= 5; ++k)
    ASSERT_TRUE(
        lab->set("pricing.pricing-" + std::to_string(k) + ".work.service_time", "700ms", "test").ok());
  constexpr int kClients = 10;
  std::vector<std::unique_ptr<RawClient>> clients;
  const int gateway = lab.port("gateway");
  for (int k = 0; k < kClients; ++k) {
    clients.push_back(std::make_unique<RawClient>(gateway));
    ASSERT_TRUE(clients.back()->say(create_order()));
  }
  ASSERT_TRUE(lab.until([&] { return in_flight_at_pricing(lab) == kClients; }));
  auto closing = std::async(std::launch::async, [&] { lab.close(); });  // gateway first, then orders, then what orders calls
  for (auto& c : clients) {
    const std::string reply = c->reply();
    EXPECT_EQ(tests::status_of(reply), 201) << reply;
    EXPECT_NE(reply.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(c->closed());
    c->hang_up();
  }
  closing.get();
  EXPECT_FALSE(RawClient(gateway).connected());
}

TEST(Host, AServiceStoppedUnderLoadLosesNoReplyAndComesBack) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  // As fast as the machine can, so nothing but the stopped service may refuse.
  for (const char* service : {"gateway", "orders"}) {
    ASSERT_TRUE(lab->set(std::string(service) + ".rate_limit.rate", "1000000", "test").ok());
    ASSERT_TRUE(lab->set(std::string(service) + ".rate_limit.burst", "100000", "test").ok());
  }
  traffic::LoadOptions load;
  load.request = lab.request("orders/create");
  load.users = 8;
  load.duration = std::chrono::minutes(2);
  auto run = lab->start_load(load);
  ASSERT_TRUE(run.ok());
  ASSERT_TRUE(lab.until([&] { return (*run)->progress()->requests > 50; }));
  EXPECT_EQ((*run)->progress()->errors, 0u);
  ASSERT_TRUE(lab->stop("pricing").ok());
  ASSERT_TRUE(lab.until([&] { return (*run)->progress()->errors > 20; }));
  for (const auto& [kind, count] : (*run)->progress()->errors_by_kind)
    EXPECT_TRUE(kind.starts_with("status_5")) << kind << " " << count;
  ASSERT_TRUE(lab->start("pricing").ok());
  std::uint64_t good = 0;
  {
    const auto now = (*run)->progress();
    good = now->requests - now->errors;
  }
  EXPECT_TRUE(lab.until([&] {
    const auto now = (*run)->progress();
    return now->requests - now->errors > good + 50;
  }));
  // One instance less is nobody's error: the balancer goes to the others.
  const auto errors = (*run)->progress()->errors;
  const auto requests = (*run)->progress()->requests;
  ASSERT_TRUE(lab->stop("pricing-2").ok());
  EXPECT_TRUE(lab.until([&] { return (*run)->progress()->requests > requests + 100; }));
  (*run)->cancel();
  (*run)->wait();
  EXPECT_LE((*run)->progress()->errors, errors + 8);
  EXPECT_EQ(lab.send("orders/create").status, 201);
}

TEST(Host, ATakenPortIsNamedWithItsHolderAndTheOthersRun) {
  Lab lab;
  auto taken = slipway::transport::listen_on("127.0.0.1", 0, 1);
  ASSERT_TRUE(taken.ok());
  lab.edit("services/gateway.yaml", "port: 8080", "port: " + std::to_string(taken->port));
  host::HostOptions options;
  options.only = {"gateway"};
  options.workers = 1;
  auto host = host::Host::open(lab.folder(), options);  // with the ports of its files
  ASSERT_TRUE(host.ok());
  for (const auto& row : (*host)->services()) {
    if (row.service != "gateway") continue;
    EXPECT_EQ(row.state, host::ServiceState::Failed);
    EXPECT_EQ(row.holder_pid, ::getpid()) << row.error;
    EXPECT_FALSE(row.holder_name.empty());
    EXPECT_NE(row.error.find(std::to_string(::getpid())), std::string::npos) << row.error;
    EXPECT_GT(row.next_free_port, taken->port);
    ASSERT_TRUE((*host)->use_port("gateway", "HTTP", row.next_free_port).ok());
  }
  int running = 0;
  for (const auto& row : (*host)->services()) running += row.state == host::ServiceState::Running;
  EXPECT_EQ(running, 1);
  slipway::transport::close_listener(*taken);
}

TEST(Host, StrictlyOpenedABadConfigIsAnErrorWithEveryProblem) {
  Lab lab;
  lab.edit("config/default.yaml", "rate: 2000", "rate: many");
  lab.edit("config/service.toml", "workers = 4", "wokers = 4");
  host::HostOptions options;
  options.strict = true;
  auto strict = lab.open(options);
  ASSERT_FALSE(strict.ok());
  EXPECT_EQ(strict.error().reason(), "BAD_CONFIG");
  EXPECT_NE(strict.error().message().find("config/default.yaml:4:"), std::string::npos)
      << strict.error().message();
  EXPECT_NE(strict.error().message().find("config/service.toml:6:"), std::string::npos)
      << strict.error().message();
  EXPECT_NE(strict.error().message().find("workers"), std::string::npos) << strict.error().message();
  ASSERT_TRUE(lab.open().ok());  // else it runs with what fits, and lists the rest
  EXPECT_NE(lab.problems().find("config/default.yaml:4:"), std::string::npos);
  EXPECT_EQ(lab.send("orders/create").status, 201);
}

TEST(Host, ABadWorkspaceIsRefusedWithEveryPlace) {
  Lab lab;
  lab.edit("services/gateway.yaml", "rate_limit: {", "rate_limt: {");
  lab.edit("services/orders.yaml", "{{body.qty}}", "{{bdy.qty}}");
  lab.edit("services/pricing.yaml", "instances: 5", "instances: many");
  auto s = lab.open();
  ASSERT_FALSE(s.ok());
  EXPECT_EQ(s.error().reason(), "BAD_WORKSPACE");
  for (const char* place : {"services/gateway.yaml:", "services/orders.yaml:", "services/pricing.yaml:3:"})
    EXPECT_NE(s.error().message().find(place), std::string::npos) << place << " in\n" << s.error().message();
}

TEST(ForeignWorkspace, FilesItNamesMustLieInside) {
  for (const auto& [file, from, to] : std::vector<std::array<std::string, 3>>{
           {"services/orders.yaml", "file: orders.db", "file: ../../outside.db"},
           {"services/orders.yaml", "file: orders.db", "file: /tmp/outside.db"},
           {"services/orders.yaml", "schema/orders.sql", "../../outside.sql"},
           {"services/inventory.yaml", "protos/inventory.proto", "protos/../../../outside.proto"},
           {"workspace.yaml", "config/default.yaml", "../outside.yaml"},
           {"services/orders.yaml", "service: orders", "service: ../orders"}}) {
    Lab lab;
    lab.edit(file, from, to);
    auto s = lab.open();
    ASSERT_FALSE(s.ok()) << to;
    EXPECT_NE(s.error().message().find(file + ":"), std::string::npos) << to << ": " << s.error().message();
  }
}

TEST(ForeignWorkspace, LinksThatLeadOutAreNotFollowed) {
  tests::Folder outside;
  const std::string victim = outside.write("victim", "SECRET: keep\n");
  for (const std::string link : {"config/default.yaml", "services/evil.yaml", "schema/orders.sql",
                                 "requests/evil.http", "protos/evil.proto"}) {
    Lab lab;
    std::filesystem::remove(lab.folder() + "/" + link);
    std::filesystem::create_symlink(victim, lab.folder() + "/" + link);
    auto s = lab.open();
    ASSERT_FALSE(s.ok()) << link;
    EXPECT_EQ(s.error().reason(), "BAD_WORKSPACE") << link;
    EXPECT_EQ(s.error().message().find("SECRET"), std::string::npos) << link << ": " << s.error().message();
  }
  for (const std::string link :
       {".slipway/lock", ".slipway/overrides.yaml", ".slipway/data/orders.db", ".slipway/control"}) {
    Lab lab;
    std::filesystem::create_directories(lab.folder() + "/.slipway/data");
    std::filesystem::create_symlink(victim, lab.folder() + "/" + link);
    auto s = lab.open();
    ASSERT_FALSE(s.ok()) << link;
    EXPECT_NE(s.error().message().find(link), std::string::npos) << s.error().message();
  }
  Lab lab;
  std::filesystem::create_directory_symlink(outside.path(), lab.folder() + "/.slipway");
  EXPECT_FALSE(lab.open().ok());
  std::ifstream in(victim);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(in), {}), "SECRET: keep\n");
  int files = 0;
  for ([[maybe_unused]] const auto& f : std::filesystem::directory_iterator(outside.path())) ++files;
  EXPECT_EQ(files, 1);
}

TEST(ForeignWorkspace, RequestsAreSavedBelowTheirFolderOnly) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  for (const std::string file : {"requests/../../outside.http", "services/hello.yaml", "/tmp/outside.http"}) {
    traffic::SavedRequest r;
    r.name = "x";
    r.file = file;
    r.url = "{{hello}}/hello/x";
    EXPECT_FALSE(lab->save(r).ok()) << file;
  }
  EXPECT_FALSE(std::filesystem::exists(lab.folder() + "/../outside.http"));
}

TEST(ForeignWorkspace, RequestsOffLoopbackAreNotSent) {
  Lab lab("hello");
  ASSERT_TRUE(lab.open().ok());
  const auto x = lab.get("http://192.0.2.1/");
  EXPECT_FALSE(x.error.empty());
  EXPECT_EQ(x.status, 0);
}

TEST(Host, ARunThatEndedIsKeptOnceAndOpensAgain) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  traffic::LoadOptions load;
  load.request = lab.request("orders/create");
  load.rate_per_s = 50;
  load.duration = std::chrono::milliseconds(400);
  auto run = lab->start_load(load);
  ASSERT_TRUE(run.ok()) << run.error().to_string();
  ASSERT_TRUE(lab.until([&] { return !lab->runs().list().empty(); }));
  ASSERT_EQ(lab->runs().list().size(), 1u);
  const auto kept = lab->runs().open(lab->runs().list().front().id);
  ASSERT_TRUE(kept.ok()) << kept.error().to_string();
  EXPECT_EQ(kept->summary.request, "orders/create");
  EXPECT_EQ(kept->progress.requests, (*run)->progress()->requests);
  EXPECT_EQ(kept->progress.response_ns, (*run)->progress()->response_ns);
}

TEST(Host, AnEnvironmentIsChosenByNameAndFillsTheRequests) {
  Lab lab;
  ASSERT_TRUE(lab.open().ok());
  const auto names = lab->environments();
  ASSERT_GE(names.size(), 1u);
  EXPECT_EQ(lab->environment(), names.front());
  ASSERT_TRUE(lab->use_environment(names.back()).ok());
  EXPECT_EQ(lab->environment(), names.back());
  const auto wrong = lab->use_environment("nowhere");
  ASSERT_FALSE(wrong.ok());
  EXPECT_NE(wrong.error().message().find(names.front()), std::string::npos) << wrong.error().message();
  EXPECT_EQ(lab->environment(), names.back());
}

}  // namespace
