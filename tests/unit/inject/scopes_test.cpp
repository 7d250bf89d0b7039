// Lifetimes and names: requests, inputs, named bindings, and what the check refuses; messages as whole text.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "slipway/inject/instances.h"
#include "slipway/inject/per_call.h"
#include "slipway/inject/request.h"

namespace slipway::inject {
namespace {

using namespace ::testing;

struct Clock {
  int hour = 9;
};
struct Cache {
  std::string kind;
};
struct User {
  std::string name;
};
struct Session {
  Session(User& u, Clock& c) : user(u), clock(c) {}
  User& user;
  Clock& clock;
};
struct Report {
  explicit Report(Session& s) : session(s) {}
  Session& session;
};
struct Pages {
  Pages(Cache& h, Cache& c) : hot(h), cold(c) {}
  Cache &hot, &cold;
};

std::unique_ptr<Graph> built(Bindings bindings) {
  auto graph = Graph::build(std::move(bindings));
  if (!graph) throw std::runtime_error(graph.error().to_string());
  return std::move(graph).value();
}
std::string refusal(Bindings bindings) {
  auto graph = Graph::build(std::move(bindings));
  return graph.ok() ? "accepted" : graph.error().message();
}
template <class Asked>
Error error_of(Asked asked) {
  try {
    asked();
  } catch (const InjectError& e) {
    return e.error();
  }
  throw std::logic_error("nothing was thrown");
}

Bindings site() {
  Bindings b;
  b.singleton<Clock>();
  b.input<User>();
  b.request<Session, User&, Clock&>();
  b.transient<Report, Session&>();
  return b;
}

TEST(InjectRequest, HasItsOwnPartsAndSharesTheSingletons) {
  auto graph = built(site());
  User ann{"ann"}, bob{"bob"};
  Request first(*graph), second(*graph);
  first.put(ann);
  second.put(bob);
  EXPECT_EQ(&first.get<Session>(), &first.get<Session>());
  EXPECT_NE(&first.get<Session>(), &second.get<Session>());
  EXPECT_EQ(second.get<Session>().user.name, "bob");
  EXPECT_EQ(&first.get<Session>().clock, &graph->get<Clock>());
  EXPECT_EQ(&first.make<Report>()->session, &first.get<Session>());
}

struct Noisy {
  Noisy(std::string n, std::string& l) : name(std::move(n)), log(l) { log += "+" + name; }
  ~Noisy() { log += "-" + name; }
  std::string name;
  std::string& log;
};
struct Inner : Noisy {
  using Noisy::Noisy;
};
struct Outer : Noisy {
  using Noisy::Noisy;
};

TEST(InjectRequest, ItsPartsDieWithItTheLastMadeFirst) {
  std::string log;
  Bindings b;
  b.request<Inner>([&] { return std::make_unique<Inner>("inner", log); });
  b.request<Outer, Inner&>([&](Inner&) { return std::make_shared<Outer>("outer", log); });
  auto graph = built(std::move(b));
  {
    Request request(*graph);
    request.get<Outer>();
    EXPECT_EQ(log, "+inner+outer");
  }
  EXPECT_EQ(log, "+inner+outer-outer-inner");
}

TEST(InjectRequest, AMissingInputAndAPartOutsideARequestAreErrorsThatSayWhatToDo) {
  auto graph = built(site());
  Request request(*graph);
  EXPECT_EQ(error_of([&] { request.get<Session>(); }).to_string(),
            "making Session: User is an input of requests and was not given: put() it before what needs it is asked for");
  EXPECT_EQ(error_of([&] { graph->get<Session>(); }).message(), "Session is a part of a request: ask a Request for it");
  EXPECT_EQ(error_of([&] { graph->make<Report>(); }).to_string(), "making Report: Session is a part of a request: ask a Request for it");
  Clock clock;
  EXPECT_EQ(error_of([&] { request.put(clock); }).message(), "Clock is no input of requests (declare it: bindings.input<Clock>())");
  EXPECT_EQ(error_of([&] { request_of(context::Context()); }).message(),
            "this call has no inject::Request: use inject::per_call(graph) before its handler");
}

TEST(InjectCheck, ASingletonMayNotKeepAPartOfOneRequest) {
  struct Orders {
    explicit Orders(Session&) {}
  };
  auto b = site();
  b.singleton<Orders, Session&>();
  EXPECT_EQ(refusal(std::move(b)),
            "the dependency graph does not hold:\n"
            "  Orders is a singleton and would keep Session of one request for all (bind Orders as request too, or pass it in the call)");
}

TEST(InjectCheck, NorThroughATransientAndAProvider) {
  struct Mailer {
    explicit Mailer(Provider<Report>) {}
  };
  auto b = site();
  b.singleton<Mailer, Provider<Report>>().lazy();
  EXPECT_EQ(refusal(std::move(b)),
            "the dependency graph does not hold:\n"
            "  Mailer is a singleton and would keep Session (through the transient Report) of one request for all (bind Mailer as request too, "
            "or pass it in the call)");
}

TEST(InjectNamed, BindingsOfOneTypeAreToldApartByName) {
  Bindings b;
  b.singleton<Cache>([] { return std::make_unique<Cache>(Cache{"hot"}); }).named("hot");
  b.singleton<Cache>([] { return std::make_unique<Cache>(Cache{"plain"}); });
  b.singleton<Pages, Named<Cache&, "hot">, Cache&>();
  auto graph = built(std::move(b));
  ASSERT_TRUE(graph->start({.threads = 1}).ok());  // else either of the two may be ready first
  EXPECT_EQ(graph->get<Pages>().hot.kind, "hot");
  EXPECT_EQ(graph->get<Pages>().cold.kind, "plain");
  EXPECT_EQ(graph->get<Cache>("hot").kind, "hot");
  const auto nodes = graph->nodes();
  EXPECT_EQ(nodes[0].type + "/" + nodes[0].name, "Cache/hot");
  EXPECT_THAT(nodes[2].depends_on, ElementsAre("Cache \"hot\"", "Cache"));
}

TEST(InjectNamed, AMissingNameListsThoseThatAreBound) {
  Bindings b;
  b.singleton<Cache>().named("warm");
  b.singleton<Pages, Named<Cache&, "hot">, Cache&>();
  EXPECT_EQ(refusal(std::move(b)),
            "the dependency graph does not hold:\n"
            "  Pages needs Cache \"hot\", which is not bound: bound is Cache \"warm\"\n"
            "  Pages needs Cache, which is not bound: bound is Cache \"warm\"");
}

TEST(InjectNamed, OneNameTwiceIsRefused) {
  Bindings b;
  b.singleton<Cache>().named("hot");
  b.singleton<Cache>().named("hot");
  EXPECT_EQ(refusal(std::move(b)),
            "the dependency graph does not hold:\n  Cache \"hot\" is bound twice (give one of them a name, or fork() the graph to replace it)");
}

TEST(InjectNamed, AForkReplacesTheBindingOfThatName) {
  Bindings b, instead;
  b.singleton<Cache>([] { return std::make_unique<Cache>(Cache{"hot"}); }).named("hot");
  b.singleton<Cache>([] { return std::make_unique<Cache>(Cache{"plain"}); });
  auto graph = built(std::move(b));
  Cache fake{"fake"};
  instead.object<Cache>(fake).named("hot");
  auto fork = std::move(graph->fork(std::move(instead))).value();
  EXPECT_EQ(fork->get<Cache>("hot").kind, "fake");
  EXPECT_EQ(fork->get<Cache>().kind, "plain");
  EXPECT_EQ(graph->get<Cache>("hot").kind, "hot");
}

TEST(InjectMixed, AnInjectedPartTakesANamedInstanceAndAScopeReturnsANode) {
  instance::InstanceScope scope("shop"), late("late");
  scope.provide<Cache>("cache", [](auto&, const std::string& name) { return std::make_unique<Cache>(Cache{name}); });
  Bindings b;
  bind_instance<Cache>(b, scope, "hot");
  bind_instance<Cache>(b, scope);
  b.singleton<Pages, Named<Cache&, "hot">, Cache&>();
  auto graph = built(std::move(b));
  ASSERT_TRUE(graph->start().ok());
  EXPECT_EQ(&graph->get<Pages>().hot, &scope.get<Cache>("hot"));
  EXPECT_EQ(&graph->get<Pages>().cold, &scope.get<Cache>());

  provide_node<Pages>(late, "pages", *graph);
  EXPECT_EQ(&late.get<Pages>(), &graph->get<Pages>());
  EXPECT_EQ(late.records()[0].kind, "pages");
  provide_node<Clock>(late, "clock", *graph);
  EXPECT_EQ(late.find<Clock>().error().message(), std::string(type_key<Clock>()->name) + " is not bound in this graph");
}

TEST(InjectMixed, AnInstanceThatCannotBeMadeFailsTheStart) {
  instance::InstanceScope scope("shop");
  scope.provide<Cache>("cache", [](auto&, const std::string&) -> Result<std::unique_ptr<Cache>> { return unavailable("no redis on 6379"); });
  Bindings b;
  bind_instance<Cache>(b, scope);
  auto graph = built(std::move(b));
  EXPECT_EQ(graph->start().error().to_string(), "making Cache: no redis on 6379");
}

TEST(InjectPerCall, EveryCallHasARequestThatEndsWithIt) {
  std::string log;
  Bindings b;
  b.input<middleware::Call>();
  b.request<Inner, middleware::Call&>([&](middleware::Call& call) { return std::make_unique<Inner>(std::string(call.request.path), log); });
  auto graph = built(std::move(b));
  const middleware::Chain chain({per_call(*graph)}, [&](middleware::Call& call) -> middleware::Outcome {
    call.reply.body = part<Inner>(call.context).name + (&part<Inner>(call.context) == &part<Inner>(call.context) ? " once" : " twice");
    log += ".";
    return {};
  });
  for (const char* path : {"/a", "/b"}) {
    middleware::Call call;
    call.request.path = path;
    EXPECT_TRUE(chain.run(call).status().ok());
    EXPECT_EQ(call.reply.body, std::string(path) + " once");
    EXPECT_THROW(request_of(call.context), InjectError);
  }
  EXPECT_EQ(log, "+/a.-/a+/b.-/b");
}

Task<Status> answer_later(middleware::Call& call, std::string& log, std::optional<Resume<int>>& resume) {
  co_await suspend_with<int>([&resume](Resume<int> r) { resume = std::move(r); });
  call.reply.body = part<Inner>(call.context).name;
  log += ".";
  co_return Status();
}

TEST(InjectPerCall, TheRequestOfASuspendedCallLastsUntilItAnswers) {
  std::string log;
  std::optional<Resume<int>> resume;
  Bindings b;
  b.request<Inner>([&] { return std::make_unique<Inner>("inner", log); });
  auto graph = built(std::move(b));
  const middleware::Chain chain({per_call(*graph)},
                                [&](middleware::Call& call) -> middleware::Outcome { return answer_later(call, log, resume); });
  middleware::Call call;
  auto outcome = chain.run(call);
  ASSERT_TRUE(outcome.suspended());
  bool answered = false;
  slipway::start(std::move(outcome.task()), [&](Status s) { answered = s.ok(); });
  EXPECT_EQ(log, "");
  (*resume)(1);
  EXPECT_TRUE(answered);
  EXPECT_EQ(log, "+inner.-inner");
  EXPECT_THROW(request_of(call.context), InjectError);
}

}  // namespace
}  // namespace slipway::inject
