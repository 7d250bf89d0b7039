#include <gtest/gtest.h>

#include "slipway/base/task.h"
#include "tests/unit/middleware/calls.h"

namespace slipway::middleware::test {
namespace {

using telemetry::SpanKind;
using telemetry::SpanStatus;
using Notes = std::vector<std::string>;

TEST(Chain, StepsWrapTheHandlerInOrder) {
  Notes notes;
  Chain chain({std::make_shared<Noting>("a", notes), std::make_shared<Noting>("b", notes)}, [&](Call&) -> Outcome {
    notes.push_back("handler");
    return {};
  });
  Fixture f;
  EXPECT_TRUE(chain.run(f.fresh()).status().ok());
  EXPECT_EQ(notes, (Notes{"a>", "b>", "handler", "<b", "<a"}));
}

TEST(Chain, AStepThatAnswersStopsTheRestAndTheEnteredOnesStillLeave) {
  Notes notes;
  auto a = std::make_shared<Noting>("a", notes);
  auto b = std::make_shared<Noting>("b", notes);
  b->stop = true;
  Chain chain({a, b, std::make_shared<Noting>("c", notes)}, [&](Call&) -> Outcome {
    notes.push_back("handler");
    return {};
  });
  Fixture f;
  f.fresh();
  EXPECT_EQ(f.run(chain).error().code(), 403);
  EXPECT_EQ(notes, (Notes{"a>", "b>", "<a"}));

  EXPECT_EQ(f.span("b")->status, SpanStatus::Stopped);
  EXPECT_EQ(f.span("a")->status, SpanStatus::Ok);
  EXPECT_EQ(f.span("c")->status, SpanStatus::NotReached);
  EXPECT_EQ(f.span("c")->parent, f.span("b")->id);
  EXPECT_EQ(f.span("c")->start, f.span("c")->end);
  EXPECT_EQ(f.span("handler")->status, SpanStatus::NotReached);
}

TEST(Chain, StepSpansNestAndCarryTheirOwnSegments) {
  Notes notes;
  Chain chain({std::make_shared<Noting>("outer", notes), std::make_shared<Noting>("inner", notes)}, [](Call&) -> Outcome { return {}; });
  Fixture f;
  f.fresh();
  ASSERT_TRUE(f.run(chain).ok());
  ASSERT_EQ(f.kept.calls.back().spans.size(), 4u);
  EXPECT_EQ(f.kept.calls.back().spans[0].kind, SpanKind::Server);
  EXPECT_EQ(f.span("inner")->parent, f.span("outer")->id);
  EXPECT_EQ(f.span("handler")->parent, f.span("inner")->id);
  const auto& s = *f.span("outer");
  EXPECT_LE(s.start, s.enter_end);
  EXPECT_LE(s.enter_end, s.exit_start);
  EXPECT_LE(s.exit_start, s.end);
}

TEST(Chain, AnExceptionBecomesAnErrorWithoutItsText) {
  Notes notes;
  const Handler bad = [](Call&) -> Outcome { throw std::runtime_error("password is 1234"); };
  Fixture f;
  f.fresh();
  const Status plain = f.run(Chain({std::make_shared<Noting>("a", notes)}, bad));
  EXPECT_EQ(plain.error().reason(), "INTERNAL");
  EXPECT_EQ(plain.error().to_json().find("1234"), std::string::npos);
  EXPECT_EQ(notes, (Notes{"a>", "<a"}));
  EXPECT_EQ(f.span("handler")->status, SpanStatus::Error);

  f.fresh();
  const Status recovered = f.run(Chain({*make_middleware("recovery")}, bad));
  EXPECT_EQ(recovered.error().reason(), "PANIC");
  EXPECT_EQ(recovered.error().cause()->message(), "password is 1234");
}

TEST(Chain, AnExceptionInAStepIsAnErrorOfThatStep) {
  class Throwing final : public Middleware {
    std::string_view name() const override { return "throwing"; }
    std::optional<Status> before(Call&) override { throw std::runtime_error("broken"); }
  };
  Fixture f;
  f.fresh();
  EXPECT_EQ(f.run(Chain({std::make_shared<Throwing>()}, [](Call&) -> Outcome { return {}; })).error().code(), 500);
  EXPECT_EQ(f.span("throwing")->status, SpanStatus::Error);
  EXPECT_EQ(f.span("handler")->status, SpanStatus::NotReached);
}

TEST(Chain, AnAroundStepThatNeverCallsNextIsAStop) {
  Notes notes;
  Fixture f;
  f.fresh();
  ASSERT_TRUE(f.run(Chain({std::make_shared<Noting>("a", notes), std::make_shared<Answering>()}, [](Call&) -> Outcome { return {}; })).ok());
  EXPECT_EQ(f.call.reply.body, "from memory");
  EXPECT_EQ(f.span("answering")->status, SpanStatus::Stopped);
  EXPECT_EQ(f.span("handler")->status, SpanStatus::NotReached);
  EXPECT_EQ(notes, (Notes{"a>", "<a"}));
}

// One chain, three kinds of handler: it must be the same to all of them.
enum class Way { Synchronous, Suspending, Throwing };

class SameChain : public ::testing::TestWithParam<Way> {};

TEST_P(SameChain, RunsOverSynchronousSuspendingAndThrowingHandlersAlike) {
  HandExecutor worker;
  Notes notes;
  int tries = 0;
  const auto way = GetParam();
  const auto later = [&](Call&) -> Task<Status> {
    co_await sleep_for(std::chrono::milliseconds(1));
    notes.push_back("try");
    if (++tries < 3) co_return unavailable("not yet");
    co_return Status();
  };
  Chain chain({std::make_shared<Noting>("a", notes), std::make_shared<Retrying>(5), std::make_shared<Noting>("b", notes)},
              [&](Call& call) -> Outcome {
                if (way == Way::Suspending) return later(call);
                notes.push_back("try");
                if (++tries < 3) {
                  if (way == Way::Throwing) throw std::runtime_error("not yet");
                  return unavailable("not yet");
                }
                return {};
              });
  Fixture f;
  Call& call = f.fresh();
  begin_recording(f.recording.get(), call);
  std::optional<Status> result;
  Outcome o = chain.run(call);
  ASSERT_TRUE(o.suspended());  // the retrying step is a task
  start(std::move(o.task()), [&](Status s) { result = std::move(s); });
  worker.run();
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->ok());
  EXPECT_EQ(notes, (Notes{"a>", "b>", "try", "<b", "b>", "try", "<b", "b>", "try", "<b", "<a"}));

  end_recording(f.recording.get(), call, 200);
  f.recording->drain();
  ASSERT_EQ(f.kept.calls.size(), 1u);
  const auto* retrying = f.span("retrying");
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_NE(f.span("b", i), nullptr);
    EXPECT_EQ(f.span("b", i)->parent, retrying->id);
    EXPECT_EQ(f.span("handler", i)->parent, f.span("b", i)->id);
  }
  EXPECT_EQ(f.span("handler", 0)->status, SpanStatus::Error);
  EXPECT_EQ(f.span("handler", 2)->status, SpanStatus::Ok);
  EXPECT_EQ(retrying->status, SpanStatus::Ok);
  EXPECT_LE(retrying->enter_end, f.span("b", 0)->start);
  EXPECT_GE(retrying->exit_start, f.span("b", 2)->end);
}
INSTANTIATE_TEST_SUITE_P(Ways, SameChain, ::testing::Values(Way::Synchronous, Way::Suspending, Way::Throwing));

TEST(Chain, ASuspendedHandlerIsStillWrappedInOrder) {
  HandExecutor worker;
  Notes notes;
  const auto later = [&](Call&) -> Task<Status> {
    co_await sleep_for(std::chrono::milliseconds(1));
    notes.push_back("handler");
    co_return Status();
  };
  Chain chain({std::make_shared<Noting>("a", notes), std::make_shared<Noting>("b", notes)}, [&](Call& c) -> Outcome { return later(c); });
  Fixture f;
  Outcome o = chain.run(f.fresh());
  ASSERT_TRUE(o.suspended());
  bool done = false;
  start(std::move(o.task()), [&](const Status&) { done = true; });
  EXPECT_EQ(notes, (Notes{"a>", "b>"}));
  worker.run();
  EXPECT_TRUE(done);
  EXPECT_EQ(notes, (Notes{"a>", "b>", "handler", "<b", "<a"}));
}

TEST(Chain, NothingIsRecordedWithoutTelemetry) {
  Notes notes;
  Chain chain({std::make_shared<Noting>("a", notes)}, [](Call& call) -> Outcome {
    EXPECT_FALSE(call.trace.active());
    EXPECT_EQ(call.context.call_trace(), nullptr);
    return {};
  });
  Fixture f;
  begin_recording(nullptr, f.fresh());
  EXPECT_TRUE(chain.run(f.call).status().ok());
}

TEST(Request, QueryParametersAreDecoded) {
  Request r;
  r.query = "sku=A%2F1&name=two+words&empty&x=1&x=2";
  EXPECT_EQ(r.query_param("sku"), "A/1");
  EXPECT_EQ(r.query_param("name"), "two words");
  EXPECT_EQ(r.query_param("empty"), "");
  EXPECT_EQ(r.query_param("x"), "1");
  EXPECT_EQ(r.query_param("none"), "");
}

TEST(Call, ABodyThatDoesNotParseNamesThePlace) {
  Call call;
  call.request.body = "{\"a\": }";
  const auto body = call.body_value();
  ASSERT_FALSE(body.ok());
  EXPECT_EQ(body.error().reason(), "BODY_INVALID");
  EXPECT_NE(body.error().message().find("line 1"), std::string::npos) << body.error().message();
}

TEST(Call, AResetCallForgetsTheBodyBefore) {
  Call call;
  call.request.body = "{\"a\":1}";
  EXPECT_EQ((**call.body_value())["a"].as_int(), 1);
  call.reset();
  call.request.body = "{\"a\":2}";
  EXPECT_EQ((**call.body_value())["a"].as_int(), 2);
}

}  // namespace
}  // namespace slipway::middleware::test
