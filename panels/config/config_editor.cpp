#include "panels/config/config_editor.h"

#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QStyle>
#include <QToolTip>
#include <QUrl>

#include "slipway/base/time.h"

namespace panels::config {

using workbench::host::ConfigRow;
using workbench::host::ConfigType;

namespace {
QString q(const std::string& s) { return QString::fromStdString(s); }
QString tr(const char* text) { return QCoreApplication::translate("Config", text); }
bool is_choice(const ConfigRow& row) { return row.type == ConfigType::Bool || (row.type == ConfigType::Enum && !row.choices.empty()); }
}  // namespace

QString check_value(const ConfigRow& row, const QString& text) {
  const std::string t = text.trimmed().toStdString();
  if (t.find("${") != std::string::npos) return {};  // a template is resolved by the config itself
  bool ok = true;
  switch (row.type) {
    case ConfigType::Bool:
      return t == "true" || t == "false" ? QString() : tr("\"%1\" is neither true nor false").arg(text);
    case ConfigType::Int: {
      text.trimmed().toLongLong(&ok);
      return ok ? QString() : tr("\"%1\" is not a whole number (use 2000)").arg(text);
    }
    case ConfigType::Float: {
      text.trimmed().toDouble(&ok);
      return ok ? QString() : tr("\"%1\" is not a number (use 0.5)").arg(text);
    }
    case ConfigType::Duration: return slipway::parse_duration(t).ok() ? QString() : tr("\"%1\" is not a duration (use 250ms, 2s, 1m)").arg(text);
    case ConfigType::Size: return slipway::parse_size(t).ok() ? QString() : tr("\"%1\" is not a size (use 64KiB, 1MiB)").arg(text);
    case ConfigType::Enum: {
      if (row.choices.empty() || std::find(row.choices.begin(), row.choices.end(), t) != row.choices.end()) return {};
      QStringList names;
      for (const auto& c : row.choices) names << q(c);
      return tr("\"%1\" is not one of %2").arg(text, names.join(QStringLiteral(", ")));
    }
    case ConfigType::Url: {
      return QUrl(text.trimmed(), QUrl::StrictMode).isValid() ? QString() : tr("\"%1\" is not a URL").arg(text);
    }
    case ConfigType::String:
    case ConfigType::List:
    case ConfigType::Secret: break;
  }
  return {};
}

ConfigDelegate::ConfigDelegate(Lookup lookup, QObject* parent) : CellDelegate(parent), lookup_(std::move(lookup)) {}

QWidget* ConfigDelegate::createEditor(QWidget* parent, const QStyleOptionViewItem&, const QModelIndex& index) const {
  const QString key = index.data(kit::kKeyRole).toString();
  const ConfigRow* row = lookup_(key);
  if (!row) return nullptr;
  if (is_choice(*row)) {
    auto* box = new QComboBox(parent);
    box->setFont(kit::theme().font(kit::Type::Mono));
    if (row->type == ConfigType::Bool)
      box->addItems({QStringLiteral("true"), QStringLiteral("false")});
    else
      for (const auto& c : row->choices) box->addItem(q(c));
    box->setAccessibleName(tr("Value of %1").arg(key));
    return box;
  }
  auto* line = new QLineEdit(parent);
  line->setFont(kit::theme().font(kit::Type::Mono));
  line->setAccessibleName(tr("Value of %1").arg(key));
  if (row->type == ConfigType::Secret) line->setEchoMode(QLineEdit::Password);
  return line;
}

void ConfigDelegate::setEditorData(QWidget* editor, const QModelIndex& index) const {
  const ConfigRow* row = lookup_(index.data(kit::kKeyRole).toString());
  if (!row) return;
  if (auto* box = qobject_cast<QComboBox*>(editor)) {
    box->setCurrentText(q(row->text));
  } else if (auto* line = qobject_cast<QLineEdit*>(editor)) {
    if (line->isModified()) return;  // a refresh must not take away what is being typed
    line->setText(row->secret ? QString() : q(row->text));
    line->selectAll();
  }
}

void ConfigDelegate::setModelData(QWidget* editor, QAbstractItemModel*, const QModelIndex& index) const {
  const QString key = index.data(kit::kKeyRole).toString();
  const ConfigRow* row = lookup_(key);
  auto* box = qobject_cast<QComboBox*>(editor);
  auto* line = qobject_cast<QLineEdit*>(editor);
  const QString text = box ? box->currentText() : line ? line->text() : QString();
  if (!row || (line && !line->isModified()) || (!row->secret && text == q(row->text))) return;
  if (!check_value(*row, text).isEmpty()) return;
  Q_EMIT edited(key, text.trimmed());
}

void ConfigDelegate::updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option, const QModelIndex&) const {
  editor->setGeometry(option.rect.adjusted(0, -1, 0, 1).adjusted(0, 0, -std::max(0, option.rect.width() - 240), 0));
}

bool ConfigDelegate::eventFilter(QObject* object, QEvent* event) {
  auto* line = qobject_cast<QLineEdit*>(object);
  if (line && event->type() == QEvent::KeyPress) {
    auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
      const QString name = line->accessibleName().section(QLatin1Char(' '), -1);
      const ConfigRow* row = lookup_(name);
      const QString wrong = row ? check_value(*row, line->text()) : QString();
      line->setProperty("bad", !wrong.isEmpty());
      line->style()->unpolish(line);
      line->style()->polish(line);
      if (!wrong.isEmpty()) {
        line->setAccessibleDescription(wrong);
        QToolTip::showText(line->mapToGlobal(QPoint(0, line->height())), wrong, line);
        return true;
      }
    }
  }
  return CellDelegate::eventFilter(object, event);
}

}  // namespace panels::config
