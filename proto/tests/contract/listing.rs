//! A contract as a list of what it promises: its interfaces, and their types and functions by name.

use std::{collections::BTreeMap, fmt, str::FromStr};

use wit_parser::{Function, InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldItem};

/// Who implements an interface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    /// The server does: a capability, or types.
    Import,
    /// Plugins do: a hook, or their life.
    Export,
}

impl Direction {
    pub(crate) fn verb(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// What a contract promises.
#[derive(PartialEq, Eq, Default, Debug)]
pub(crate) struct Listing {
    pub(crate) interfaces: BTreeMap<String, Direction>,
    /// `INTERFACE.ITEM`, and what it is.
    pub(crate) items: BTreeMap<String, String>,
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (interface, direction) in &self.interfaces {
            writeln!(f, "{} {interface}", direction.verb())?;
            let items = self.items.iter().filter(|(name, _)| name.split('.').next() == Some(interface));
            for (name, promise) in items {
                writeln!(f, "{name}: {promise}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Listing {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut listing = Self::default();
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("import ") {
                listing.interfaces.insert(name.to_owned(), Direction::Import);
            } else if let Some(name) = line.strip_prefix("export ") {
                listing.interfaces.insert(name.to_owned(), Direction::Export);
            } else if let Some((name, promise)) = line.split_once(": ") {
                listing.items.insert(name.to_owned(), promise.to_owned());
            } else {
                return Err(format!("`{line}` is no line of a list"));
            }
        }
        Ok(listing)
    }
}

/// Reads a package.
pub(crate) fn read(resolve: &Resolve, package: PackageId) -> Listing {
    let package = &resolve.packages[package];
    let worlds = package.worlds.values().flat_map(|world| resolve.worlds[*world].exports.values());
    let exported: Vec<InterfaceId> = worlds
        .filter_map(|item| match item {
            WorldItem::Interface { id, .. } => Some(*id),
            WorldItem::Function(_) | WorldItem::Type { .. } => None,
        })
        .collect();
    let mut listing = Listing::default();
    for (name, id) in &package.interfaces {
        let direction = if exported.contains(id) { Direction::Export } else { Direction::Import };
        listing.interfaces.insert(name.clone(), direction);
        let writer = Writer { resolve, within: *id };
        for (item, ty) in &resolve.interfaces[*id].types {
            if let Some(definition) = writer.definition(*ty) {
                listing.items.insert(format!("{name}.{item}"), definition);
            }
        }
        for function in resolve.interfaces[*id].functions.values() {
            listing.items.insert(format!("{name}.{}", function.name), writer.function(function));
        }
    }
    listing
}

/// Writes types as they are seen from one interface.
struct Writer<'a> {
    resolve: &'a Resolve,
    within: InterfaceId,
}

impl Writer<'_> {
    /// What a named type is; `None` for one that is another interface's, whatever it is called here.
    fn definition(&self, id: TypeId) -> Option<String> {
        let fields = |list: Vec<String>| format!("{{ {} }}", list.join(", "));
        let kind = &self.resolve.types[id].kind;
        let body = match kind {
            TypeDefKind::Record(record) => {
                fields(record.fields.iter().map(|field| format!("{}: {}", field.name, self.name(&field.ty))).collect())
            }
            TypeDefKind::Variant(variant) => {
                let case = |name: &str, ty: Option<&Type>| match ty {
                    Some(ty) => format!("{name}({})", self.name(ty)),
                    None => name.to_owned(),
                };
                fields(variant.cases.iter().map(|each| case(&each.name, each.ty.as_ref())).collect())
            }
            TypeDefKind::Enum(list) => fields(list.cases.iter().map(|case| case.name.clone()).collect()),
            TypeDefKind::Flags(list) => fields(list.flags.iter().map(|flag| flag.name.clone()).collect()),
            TypeDefKind::Resource => String::new(),
            TypeDefKind::Type(Type::Id(other)) if self.owner(*other) != Some(self.within) => return None,
            TypeDefKind::Type(other) => return Some(format!("type {}", self.name(other))),
            _ => return Some(format!("type {}", self.anonymous(kind))),
        };
        Some(format!("{} {body}", kind.as_str()))
    }

    fn function(&self, function: &Function) -> String {
        let parameters =
            function.params.iter().map(|parameter| format!("{}: {}", parameter.name, self.name(&parameter.ty)));
        let result = function.result.as_ref().map(|ty| format!(" -> {}", self.name(ty)));
        format!("func({}){}", parameters.collect::<Vec<_>>().join(", "), result.unwrap_or_default())
    }

    /// A type where it is used. One with a name goes by that of its home, whatever it is called here.
    fn name(&self, ty: &Type) -> String {
        let Type::Id(id) = ty else { return format!("{ty:?}").to_lowercase() };
        let definition = &self.resolve.types[*id];
        match (&definition.name, &definition.kind) {
            (Some(_), TypeDefKind::Type(Type::Id(other))) if self.owner(*other) != self.owner(*id) => {
                self.name(&Type::Id(*other))
            }
            (Some(name), _) => match self.owner(*id) {
                Some(owner) if owner != self.within => {
                    let home = self.resolve.interfaces[owner].name.as_deref().unwrap_or_default();
                    format!("{home}.{name}")
                }
                _ => name.clone(),
            },
            (None, kind) => self.anonymous(kind),
        }
    }

    fn anonymous(&self, kind: &TypeDefKind) -> String {
        let part = |ty: &Option<Type>| ty.as_ref().map_or_else(|| "_".to_owned(), |ty| self.name(ty));
        match kind {
            TypeDefKind::Tuple(tuple) => {
                format!("tuple<{}>", tuple.types.iter().map(|ty| self.name(ty)).collect::<Vec<_>>().join(", "))
            }
            TypeDefKind::Option(ty) => format!("option<{}>", self.name(ty)),
            TypeDefKind::List(ty) => format!("list<{}>", self.name(ty)),
            TypeDefKind::Result(result) => format!("result<{}, {}>", part(&result.ok), part(&result.err)),
            // The contract has none of the others; by their parts they are told apart all the same.
            other => format!("{other:?}"),
        }
    }

    fn owner(&self, id: TypeId) -> Option<InterfaceId> {
        match self.resolve.types[id].owner {
            TypeOwner::Interface(interface) => Some(interface),
            TypeOwner::World(_) | TypeOwner::None => None,
        }
    }
}
