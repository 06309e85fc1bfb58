/** Property protections of the conformance cases: each section is about names that begin with it. */
export const PROPERTY_PROTECTIONS = `
[^x_all_]
create = @
read = @
update = @
delete = @

[^x_owner_]
create = Admin, MEMBER
read = admin,member
update = admin,member
delete = admin,member

[^x_read_only_]
create = admin,member
read = admin,member,reader
update = admin
delete = admin

[^x_secret_]
create = admin
read = admin
update = admin
delete = admin

[^x_none_]
create = !
read = !
update = !
delete = !

[^hw_]
create = admin,member
read = @
update = admin,member
delete = admin,member
`;
