#include "workbench/compare/designs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "workbench/compare/child.h"

namespace workbench::compare {
namespace {

using namespace ::testing;

TEST(Designs, EveryCaseMeasuresSomethingInEveryDesign) {
  for (const char* name : {"cold", "first", "race", "hot", "held", "contended", "graph"})
    for (const Design design : {Design::Singleton, Design::Injected, Design::ByHand}) {
      const auto timing = time_design({.name = name, .design = design, .threads = 2, .seconds = 0.001});
      ASSERT_TRUE(timing.ok()) << timing.error().to_string();
      EXPECT_GT(timing->ns, 0) << name;
      EXPECT_GT(timing->cpu_ns, 0) << name;
      EXPECT_GT(timing->iterations, 0u) << name;
    }
}

TEST(Designs, UnknownOnesNameTheKnown) {
  EXPECT_THAT(time_design({.name = "warm"}).error().message(), HasSubstr("cold, first, race, hot, held, contended, graph"));
  EXPECT_THAT(read_design("static").error().message(), HasSubstr("singleton, injected, by_hand"));
}

TEST(Child, GivesWhatItsProgramPrints) {
  EXPECT_EQ(run_child({"/bin/sh", "-c", "echo one; echo two"}, std::chrono::seconds(10)).value(), "one\ntwo\n");
}

TEST(Child, AFailureCarriesItsComplaint) {
  const auto failed = run_child({"/bin/sh", "-c", "echo no luck >&2; exit 3"}, std::chrono::seconds(10));
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().reason(), "CHILD_FAILED");
  EXPECT_THAT(failed.error().message(), AllOf(HasSubstr("exit code 3"), HasSubstr("no luck")));
}

TEST(Child, AMissingProgramIsAnError) {
  EXPECT_FALSE(run_child({"/no/such/program"}, std::chrono::seconds(10)).ok());
}

TEST(Child, IsKilledWhenItTakesTooLong) {
  const auto failed = run_child({"/bin/sh", "-c", "exec sleep 60"}, std::chrono::milliseconds(50));
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().message(), HasSubstr("no result within 50ms"));
}

TEST(Child, TakesWhatItStartedWithIt) {
  // The pipe's other end is held by the grandchild too: the read ends only when both are gone.
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const auto keeps_it = "sleep 60 & exec sleep 60 >&" + std::to_string(ends[1]);
  EXPECT_FALSE(run_child({"/bin/sh", "-c", keeps_it}, std::chrono::milliseconds(200)).ok());
  close(ends[1]);
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 0);
  close(ends[0]);
}

TEST(Companion, SpeaksLinesAndGoesWhenItsInputEnds) {
  auto companion = Companion::start({"/bin/sh", "-c", "echo ready; cat > /dev/null"});
  ASSERT_TRUE(companion.ok());
  EXPECT_EQ(companion->read_line(std::chrono::seconds(10)).value(), "ready");
}

}  // namespace
}  // namespace workbench::compare
