#include "panels/services/new_service_menu.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>

#include "panels/kit/icons.h"
#include "workbench/host/host.h"

namespace panels::services {

using workbench::host::Host;
using workbench::scaffold::Made;

namespace {

QString tr(const char* text) { return QCoreApplication::translate("Services", text); }
QString q(const std::string& s) { return QString::fromStdString(s); }

void choose(kit::Session* session, const QString& title, const QString& kinds, std::function<void(const QString&)> made, QWidget* parent) {
  auto* dialog = new QFileDialog(parent, title, q(session->views().folder), kinds);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  QObject::connect(dialog, &QFileDialog::fileSelected, session, [session, made = std::move(made)](const QString& file) { make_service(session, file, made); });
  dialog->open();
}

}  // namespace

void make_service(kit::Session* session, const QString& from, std::function<void(const QString&)> made) {
  const QString name = tr("New service from %1").arg(QFileInfo(from).fileName());
  session->run<Made>(name, [f = from.toStdString()](Host& h) { return h.new_service({"", f, 0}); },
                     [session, name, made = std::move(made)](slipway::Result<Made> result) {
                       if (!result.ok()) return session->toast({tr("%1: %2").arg(name, q(result.error().to_string())), {}, {}, true});
                       QString words = tr("Made %1 on port %2").arg(q(result->files.back().first)).arg(result->port);
                       if (!result->notes.empty()) words += tr("; %1 left out: %2").arg(result->notes.size()).arg(q(result->notes.front()));
                       session->toast({words, tr("Undo"),
                                       [session, taken = *result] {
                                         session->act(tr("Take back %1").arg(q(taken.service)), [taken](Host& h) { return h.take_back(taken); }, {tr("Took back %1").arg(q(taken.service)), {}, {}, false});
                                       },
                                       false});
                       if (made) made(q(result->service));
                     });
}

QMenu* make_new_service_menu(kit::Session* session, std::function<void(const QString&)> made, QWidget* parent) {
  auto* menu = new QMenu(parent);
  menu->setAccessibleName(tr("New service"));
  menu->addAction(kit::icon(QStringLiteral("plus")), tr("&Empty HTTP service"), session, [session, made] { make_service(session, QStringLiteral("empty"), made); });
  menu->addAction(kit::icon(QStringLiteral("file")), tr("From an &OpenAPI file…"), session,
                  [=] { choose(session, tr("OpenAPI 3 document"), tr("OpenAPI (*.yaml *.yml *.json)"), made, parent); });
  menu->addAction(kit::icon(QStringLiteral("code")), tr("From a .&proto file…"), session, [=] { choose(session, tr("Protocol buffers"), tr("Protocol buffers (*.proto)"), made, parent); });
  menu->addSection(tr("From a sample"));
  for (const auto& sample : workbench::scaffold::samples())
    menu->addAction(kit::icon(QStringLiteral("package")), QStringLiteral("%1: %2").arg(q(std::string(sample.name)), tr(std::string(sample.about).c_str())), session,
                    [session, made, name = q(std::string(sample.name))] { make_service(session, name, made); });
  return menu;
}

}  // namespace panels::services
