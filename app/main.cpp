// The slipway command. A verb is two files in app/verbs and a line here.
#include <CLI/CLI.hpp>

#include "app/verbs/bench.h"
#include "app/verbs/compare.h"
#include "app/verbs/config.h"
#include "app/verbs/doctor.h"
#include "app/verbs/export.h"
#include "app/verbs/load.h"
#include "app/verbs/reference.h"
#include "app/verbs/runs.h"
#include "app/verbs/send.h"
#include "app/verbs/serve.h"
#include "app/verbs/service.h"
#include "app/verbs/simulate.h"
#include "app/verbs/traces.h"
#include "app/verbs/verb.h"
#ifdef SLIPWAY_GUI
#include "app/window/verbs.h"
#endif

int main(int argc, char** argv) {
  CLI::App root("Slipway: prototype services before writing them.", "slipway");
  root.set_version_flag("--version", SLIPWAY_VERSION);
  root.require_subcommand(0, 1);
  int exit_code = app::kDone;
#ifdef SLIPWAY_GUI
  app::add_window_verbs(root, argc, argv, exit_code);  // open, tour, shots
#endif
  app::add_serve(root, exit_code);
  app::add_service(root, exit_code);
  app::add_send(root, exit_code);
  app::add_load(root, exit_code);
  app::add_runs(root, exit_code);
  app::add_config(root, exit_code);
  app::add_traces(root, exit_code);
  app::add_bench(root, exit_code);
  app::add_compare(root, exit_code);
  app::add_simulate(root, exit_code);
  app::add_export(root, exit_code);
  app::add_reference(root, exit_code);
  app::add_doctor(root, exit_code);
  try {
    root.parse(argc, argv);
  } catch (const CLI::ExtrasError& e) {
    if (!root.get_subcommands().empty() || argc < 2) return root.exit(e), app::kUsage;
    std::string verbs;
    for (const auto* verb : root.get_subcommands([](const CLI::App* v) { return !v->get_group().empty(); })) verbs += (verbs.empty() ? "" : ", ") + verb->get_name();
    std::fprintf(stderr, "slipway: there is no verb '%s' (there are %s)\n", argv[1], verbs.c_str());
    return app::kUsage;
  } catch (const CLI::ParseError& e) {
    const int code = root.exit(e);
    return code == 0 ? app::kDone : app::kUsage;
  }
#ifdef SLIPWAY_GUI
  if (root.get_subcommands().empty()) exit_code = app::open_default_window(argc, argv);
#else
  if (root.get_subcommands().empty()) std::printf("%s", root.help().c_str());
#endif
  return exit_code;
}
