#include "panels/services/route_editor.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QShortcut>
#include <QVBoxLayout>

#include "panels/kit/code_edit.h"
#include "panels/kit/place.h"
#include "panels/kit/widgets.h"
#include "panels/services/services_actions.h"

namespace panels::services {

using namespace kit;

namespace {

QString q(const std::string& s) { return QString::fromStdString(s); }

// "GET /a" of "- GET /a:\n …"; a gRPC method is named as the Routes table names it.
QString name_in(const QString& yaml, const QString& otherwise) {
  QString line = yaml.section(QLatin1Char('\n'), 0, 0).trimmed();
  if (!line.startsWith(QStringLiteral("- "))) return otherwise;
  line = line.mid(2).trimmed();
  const auto end = line.endsWith(QLatin1Char(':')) ? line.size() - 1 : line.indexOf(QStringLiteral(": "));
  if (end <= 0) return otherwise;
  QString name = line.left(end).trimmed();
  if (name.startsWith(QLatin1Char('"')) && name.endsWith(QLatin1Char('"'))) name = name.mid(1, name.size() - 2);
  return name.startsWith(QLatin1Char('/')) ? QStringLiteral("gRPC ") + name : name;
}

}  // namespace

RouteEditor::RouteEditor(Session* session, QWidget* parent) : QWidget(parent), session_(session) {
  auto* all = new QVBoxLayout(this);
  all->setContentsMargins(0, 0, 0, 0);
  all->setSpacing(0);
  auto* head = new QWidget(this);
  head->setFixedHeight(size::kTableHeader + 8);
  auto* line = new QHBoxLayout(head);
  line->setContentsMargins(gap::kL, 0, gap::kM, 0);
  line->setSpacing(gap::kM);
  name_ = label({}, Type::MonoStrong);
  place_ = label({}, Type::Dense, Token::Tx2);
  place_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  save_ = button(tr("Save"), QStringLiteral("save"), QStringLiteral("Ctrl+S"));
  discard_ = button(tr("Discard"), QStringLiteral("undo"));
  line->addWidget(name_);
  line->addWidget(place_, 1);
  line->addWidget(discard_);
  line->addWidget(save_);
  all->addWidget(head);
  banner_ = new Banner(this);
  all->addWidget(banner_);
  edit_ = new CodeEdit(tr("The route as written"), this);
  edit_->set_syntax(Syntax::Yaml);
  edit_->setTabChangesFocus(true);
  all->addWidget(edit_, 1);
  connect(save_, &QPushButton::clicked, this, &RouteEditor::save);
  connect(discard_, &QPushButton::clicked, this, &RouteEditor::discard);
  auto* keys = new QShortcut(QKeySequence(QStringLiteral("Ctrl+S")), this, this, &RouteEditor::save);
  keys->setContext(Qt::WidgetWithChildrenShortcut);
  connect(edit_, &QPlainTextEdit::textChanged, this, [this] {
    if (showing_) return;
    if (edited())
      drafts_[key()] = edit_->toPlainText();
    else
      drafts_.erase(key());
    banner_->clear();
    edit_->set_faults({});
    show_state();
  });
  show_nothing();
}

QString RouteEditor::key() const { return q(service_ + "\n" + route_.method + " " + route_.path); }
bool RouteEditor::edited() const { return !route_.yaml.empty() && edit_->toPlainText() != q(route_.yaml); }

void RouteEditor::show_route(const std::string& service, const workbench::host::RouteView& route) {
  if (service == service_ && route.method == route_.method && route.path == route_.path && route.yaml == route_.yaml && route.line == route_.line) return;
  const bool another = service != service_ || route.method != route_.method || route.path != route_.path;
  service_ = service, route_ = route;
  const auto draft = drafts_.find(key());
  showing_ = true;
  edit_->set_text(draft == drafts_.end() ? q(route.yaml) : draft->second);
  showing_ = false;
  if (another) banner_->clear(), edit_->set_faults({});
  edit_->setEnabled(true);
  show_state();
}

void RouteEditor::show_nothing() {
  service_.clear(), route_ = {};
  showing_ = true;
  edit_->set_text({});
  showing_ = false;
  edit_->setEnabled(false);
  banner_->clear();
  show_state();
}

void RouteEditor::show_state() {
  const bool any = !route_.yaml.empty();
  name_->setText(any ? q(route_.method + " " + route_.path) : tr("No route chosen"));
  place_->setText(any ? QStringLiteral("%1:%2%3").arg(q(route_.file)).arg(route_.line).arg(edited() ? tr("  edited, not saved") : QString()) : QString());
  set_tone(place_, edited() ? Token::Warn : Token::Tx2);
  save_->setEnabled(edited());
  discard_->setEnabled(edited());
}

void RouteEditor::discard() {
  drafts_.erase(key());
  edit_->set_text(q(route_.yaml));
  banner_->clear();
  edit_->set_faults({});
  show_state();
}

void RouteEditor::save() {
  if (!edited()) return;
  const QString service = q(service_), old_name = q(route_.method + " " + route_.path), text = edit_->toPlainText(), draft = key();
  const QString new_name = name_in(text, old_name);
  set_route(session_, service, old_name, text, [this, service, old_name, new_name, draft](const QString& error, const QString& before) {
    if (!error.isEmpty()) return show_error(error);
    drafts_.erase(draft);
    banner_->clear();
    edit_->set_faults({});
    session_->toast({tr("Saved %1 of %2").arg(new_name, service), tr("Undo"),
                     [session = session_, service, new_name, before] {
                       set_route(session, service, new_name, before, [session](const QString& why, const QString&) {
                         if (!why.isEmpty()) session->toast({why, {}, {}, true});
                       });
                     },
                     false});
    Q_EMIT saved(service, new_name);
  });
}

void RouteEditor::show_error(const QString& text) {
  std::vector<CodeEdit::Fault> faults;
  for (const QString& line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
    const Place place = place_of(line);
    if (place.line > 0) faults.push_back({std::clamp(place.line - route_.line + 1, 1, edit_->blockCount()), place.rest});
  }
  banner_->show_error(text);
  if (!faults.empty()) edit_->go_to(faults.front().line);
  edit_->set_faults(std::move(faults));
}

}  // namespace panels::services
