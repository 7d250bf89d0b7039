// A window on a workspace that another process serves says who holds it and what works.
#include "app/window/held_workspace.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/integration/workbench/program.h"
#include "tests/support/folder.h"
#include "workbench/workspace/load.h"

namespace {

TEST(HeldWorkspace, NamesTheHolderAndWhatWorks) {
  const auto error = slipway::conflict("served", "WORKSPACE_IN_USE").with_metadata("pid", std::to_string(::getpid()));
  const auto held = app::held_workspace("/home/me/lab", error);
  EXPECT_EQ(held.pid, ::getpid());
  EXPECT_FALSE(held.program.isEmpty());   // this test's own command line
  const QString text = held.text();
  for (const QString& part : {QStringLiteral("/home/me/lab"), QString::number(::getpid()), held.program, QStringLiteral("slipway send"), QStringLiteral("copy")}) EXPECT_TRUE(text.contains(part)) << part.toStdString();
}

TEST(HeldWorkspace, WithoutADisplayTheWindowSaysSoAndExits69) {
  if (!std::filesystem::exists(tests::slipway_binary())) GTEST_SKIP() << "the slipway command is not built";
  tests::Folder root;
  ASSERT_TRUE(workbench::workspace::copy_sample(std::string(SLIPWAY_SOURCE_DIR) + "/fixtures/workspaces/hello", root / "ws").ok());
  tests::Program serve({"serve", root / "ws", "--any-port"});
  ASSERT_TRUE(serve.says("serving hello")) << serve.err();
  tests::Program open({"open", root / "ws"});
  EXPECT_EQ(open.wait(), 69) << open.err();
  EXPECT_NE(open.err().find("process " + std::to_string(serve.pid())), std::string::npos) << open.err();
  EXPECT_NE(open.err().find("slipway send"), std::string::npos) << open.err();
}

}  // namespace
