#include "app/window/held_workspace.h"

#include <QCoreApplication>
#include <QMessageBox>
#include <QPushButton>
#include <fstream>
#include <iterator>

namespace app {

namespace {

struct Words {
  Q_DECLARE_TR_FUNCTIONS(HeldWorkspace)
};

QString command_line(int pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/cmdline", std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  while (!text.empty() && text.back() == '\0') text.pop_back();
  for (char& c : text)
    if (c == '\0') c = ' ';
  return QString::fromStdString(text).left(200);
}

}  // namespace

HeldWorkspace held_workspace(const std::string& folder, const slipway::Error& error) {
  HeldWorkspace held;
  held.folder = folder;
  const auto pid = error.metadata().find("pid");
  if (pid != error.metadata().end()) held.pid = std::atoi(pid->second.c_str());
  held.program = command_line(held.pid);
  return held;
}

QString HeldWorkspace::text() const {
  const QString at = QString::fromStdString(folder);
  QString out = Words::tr("%1 is served by process %2 already").arg(at).arg(pid);
  if (!program.isEmpty()) out += QStringLiteral(" (") + program + QStringLiteral(")");
  out += QStringLiteral(".\n\n") + Words::tr("A window shows the services of its own process. What works now:") + QStringLiteral("\n");
  out += Words::tr("- the verbs, which all attach to it: slipway send, load, config and traces with %1").arg(at) + QStringLiteral("\n");
  out += Words::tr("- end it (kill %1 drains it), then try again").arg(pid) + QStringLiteral("\n");
  out += Words::tr("- open a copy of the folder, with services, ports and records of its own");
  return out;
}

HeldChoice ask_about(const HeldWorkspace& held) {
  QMessageBox box(QMessageBox::Information, Words::tr("Slipway"), held.text());
  box.setAccessibleName(Words::tr("The workspace is in use"));
  auto* again = box.addButton(Words::tr("Try again"), QMessageBox::AcceptRole);
  auto* copy = box.addButton(Words::tr("Open a copy"), QMessageBox::ActionRole);
  auto* close = box.addButton(Words::tr("Close"), QMessageBox::RejectRole);
  for (QPushButton* b : {again, copy, close}) b->setAccessibleName(b->text());
  box.setDefaultButton(again);
  box.setEscapeButton(close);
  box.exec();
  return box.clickedButton() == again ? HeldChoice::TryAgain : box.clickedButton() == copy ? HeldChoice::OpenCopy : HeldChoice::Close;
}

}  // namespace app
